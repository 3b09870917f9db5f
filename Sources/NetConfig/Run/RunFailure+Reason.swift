public import NetConfigCore
public import NetConfigSystem
internal import SystemPackage

extension RunFailure {
    /// Why a run failed.
    public enum Reason: Sendable {
        /// The records cannot be read, or do not have what is asked for: ``/NetConfigSystem/CacheError``,
        /// ``/NetConfigSystem/XAPIError``, ``/NetConfigCore/UnknownBridge`` and others.
        case records(any Error)
        /// The records ask for what cannot be had on this host.
        case plan(PlanError)
        /// An action was refused.
        case refused(Refusal)
        /// An action was done, and the look after the last step found something else: the system lied, or another program
        /// changed it.
        case notInEffect
        /// No DHCP server gave a lease in time.
        case noLease
        /// The run was asked to stop.
        case interrupted(Interruption)
        /// The change was not confirmed in time, its gateway did not answer, or it was to be put back.
        case notConfirmed
        /// Another run held the host's lock for too long.
        case busy
        /// None of these; ``RunFailure/description`` tells.
        case other
    }

    /// An action that was refused.
    public struct Refusal: Sendable {
        /// The action in words; `nil` where the host could not even be looked at.
        public let action: String?
        /// Who refused it.
        public let party: Party
        /// The error number of the system call, where one failed.
        public let errorNumber: Int32?
    }

    /// Who refused an action.
    public enum Party: Sendable {
        /// The kernel, by netlink, ethtool or a sysctl.
        case kernel
        /// ovsdb-server or ovs-vswitchd.
        case openVswitch
        /// The DHCP client.
        case dhcpClient
        /// The file system.
        case files
        /// Another program.
        case program
    }

    /// Why the run failed. Where several bridges failed for several reasons, the first.
    public var reason: Reason {
        if let interruption = cause as? Interruption { return .interrupted(interruption) }
        if outcome == .notConfirmed || outcome == .undecided { return .notConfirmed }
        return cause.map { Reason($0, action?.description) } ?? .other
    }
}

extension RunFailure.Reason {
    fileprivate init(_ error: any Error, _ action: String?) {
        func refused(_ party: RunFailure.Party, _ code: Errno? = nil) -> Self {
            .refused(RunFailure.Refusal(action: action, party: party, errorNumber: code?.rawValue))
        }
        switch error {
        case let error as TakenBack: self = error.cause.map { Self($0, action) } ?? .other
        case let error as StillTrying: self = Self(error.cause, action)
        case let error as Overtaken: self = Self(error.cause, action)
        case let error as Interruption: self = .interrupted(error)
        case is Discrepancy: self = .notInEffect
        case let error as PlanError: self = .plan(error)
        case is CacheError, is XAPIError, is UnknownBridge, is UnknownPIF, is XMLError: self = .records(error)
        case NetworkBackend.Failure.file(let error): self = Self(error, action)
        case is NetworkBackend.Failure: self = refused(.files)
        case DHCPClientError.noLease: self = .noLease
        case is DHCPClientError: self = refused(.dhcpClient)
        case let error as NetlinkError: self = refused(.kernel, error.code)
        case let error as EthtoolError: self = refused(.kernel, error.code)
        case let error as DeviceError: self = refused(.kernel, error.code)
        case OVSDBError.transport(_, _, let code): self = refused(.openVswitch, code)
        case is OVSDBError: self = refused(.openVswitch)
        case let error as FileError:
            if case .system(let code) = error.cause { self = refused(.files, code) } else { self = refused(.files) }
        case is ChildProcessError: self = refused(.program)
        case HostLock.Failure.held: self = .busy
        default: self = .other
        }
    }
}
