/// A plugin's function that came to no result.
package struct PluginFailure: Error, Equatable, Sendable {
    /// XAPI's codes.
    package enum Code: String, Sendable {
        /// The configuration could not be changed, and is as it was.
        case configuration = "VSWITCH_CONFIG_MOD_FAILURE"
        /// The emergency reset failed, and the configuration is as it was.
        case emergencyReset = "VSWITCH_EMER_RESET_FAILURE"
        /// The flows for management could not be added; the configuration is as it was.
        case flows = "VSWITCH_ADD_FLOW_FAILURE"
        /// XAPI has no pool.
        case noPool = "NO_POOL_FOR_HOST"
        /// XAPI has several pools.
        case severalPools = "MORE_THAN_ONE_POOL_FOR_HOST"
        /// There is no such function.
        case unknownFunction = "UNKNOWN_XENAPI_PLUGIN_FUNCTION"
        /// The call could not be understood.
        case notCalled = "XENAPI_PLUGIN_FAILURE"
    }

    /// The code.
    package var code: Code
    /// What is to be said beside it.
    package var parameters: [String]

    /// Creates a failure.
    package init(_ code: Code, _ parameters: String...) {
        self.code = code
        self.parameters = parameters
    }

    var words: [String] { [code.rawValue] + parameters }
}

extension PluginFailure: CustomStringConvertible {
    /// The code and what is said beside it.
    package var description: String { words.joined(separator: " ") }
}
