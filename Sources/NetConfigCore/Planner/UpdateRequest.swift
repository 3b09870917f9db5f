/// What XAPI's plug-in asks for: the controller, and the settings of all bridges.
package struct UpdateRequest: Sendable {
    /// The name under which XAPI asks.
    package var plugin: VswitchPlugin
    /// The controller that manages the host's Open vSwitch; `nil` for none.
    package var controller: VswitchController?
    /// The pool and its networks; this host's PIFs as well where a record asks for a secure bridge.
    package var model: NetworkModel

    /// Describes what is wanted.
    package init(as plugin: VswitchPlugin, controller: VswitchController?, model: NetworkModel) {
        self.plugin = plugin
        self.controller = controller
        self.model = model
    }
}
