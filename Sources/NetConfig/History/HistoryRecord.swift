package import NetConfigCore

/// What is remembered of a run that changed something.
package struct HistoryRecord: Equatable, Sendable, Codable {
    /// What a file of this kind calls itself.
    package static let format = "interface-reconfigure run"
    /// The version of the format. A member more does not change it; one that goes, or means something else, does.
    package static let version = 1

    /// How a run ended.
    package enum Outcome: String, Sendable, Codable {
        /// All is as was asked for.
        case done
        /// A part of it is missing, or what was done could not be taken back wholly.
        case incomplete
        /// The host is as before: an action failed.
        case putBack = "put-back"
        /// The host is as before: the change was not kept.
        case notConfirmed = "not-confirmed"
        /// The change waits to be confirmed.
        case undecided
        /// Nothing was begun.
        case refused
    }

    /// An action of a run.
    package struct Entry: Equatable, Sendable, Codable {
        /// What became of it.
        package enum Outcome: String, Sendable, Codable {
            /// It was done.
            case done
            /// It could not be done.
            case failed
            /// It put something back, after a failure.
            case putBack = "put-back"
            /// It should have put something back, and failed.
            case notPutBack = "not-put-back"
        }

        /// Of what kind it is, as `docs/plan.schema.json` calls it; `nil` for what was no action, such as a look.
        package var action: String?
        /// The action in words.
        package var text: String
        /// The device that it is about; `nil` where it is about none, or several.
        package var device: String?
        /// Which of the run's plans it is from, from 1 on; `nil` where it puts something back.
        package var plan: Int?
        /// What became of it.
        package var outcome: Outcome
        /// How long it took, in microseconds.
        package var microseconds: Int
        /// Why it failed.
        package var cause: String?
    }

    /// Where a run's records came from.
    package struct Source: Equatable, Sendable, Codable {
        /// The file, or `XAPI`.
        package var name: String
        /// The SHA-256 of the file, or of the cache that the records make; `nil` where the file was changed meanwhile.
        package var sha256: String?
    }

    /// Who called the program.
    package struct Caller: Equatable, Sendable, Codable {
        /// The command line, without secrets.
        package var command: String
        /// The name of the process that started this one; `nil` where it was gone.
        package var parent: String?
        /// Who called `sudo`; `nil` where the program was not called by it.
        package var sudoUser: String?
    }

    /// ``format``.
    package var format = Self.format
    /// ``version``.
    package var version = Self.version
    /// When the run began, in seconds since 1970.
    package var time: Int
    /// How long it took, in microseconds.
    package var microseconds = 0
    /// Who called the program.
    package var caller: Caller
    /// Where the records came from; `nil` where there are none, or they could not be read.
    package var source: Source?
    /// How the run ended.
    package var outcome = Outcome.done
    /// What failed, a sentence each.
    package var errors: [String] = []
    /// What was warned of, a sentence each.
    package var warnings: [String] = []
    /// The numbers of the runs that it took back, oldest first; `nil` where it was no undo.
    package var tookBack: [Int]?
    /// The actions, in order.
    package var actions: [Entry] = []
    /// What is different from before, in order.
    package var changes: [WayBack] = []

    /// Begins a record.
    package init(time: Int, caller: Caller) { (self.time, self.caller) = (time, caller) }
}

extension HistoryRecord.Entry {
    /// Describes an action.
    package init(
        _ action: Action, _ outcome: Outcome, _ duration: Duration, plan: Int? = nil, cause: String? = nil
    ) {
        self.init(
            action: action.kind, text: action.headline, device: action.device?.text, plan: plan, outcome: outcome,
            microseconds: duration.wholeMicroseconds, cause: cause)
    }
}

extension Duration {
    /// The whole microseconds of it.
    var wholeMicroseconds: Int { Int(self / .microseconds(1)) }
}
