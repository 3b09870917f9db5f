internal import NetConfigCore

/// The state of an interface according to ovs-vswitchd.
enum InterfaceHealth: Equatable {
    /// It has this OpenFlow port number.
    case working(ofport: Int)
    /// It was not made or opened, for this reason.
    case failing(String)

    /// The columns that hold it.
    static let columns = ["error", "ofport"]

    /// The operation that reads it.
    static func select(_ uuid: String) -> OVSDBOperation {
        .select(from: "Interface", where: [.uuid(uuid)], columns: columns)
    }

    /// Reads the result of that operation.
    ///
    /// `ofport` is -1 when the interface could not be made, and stays empty when its bridge could not be
    /// (ovs-vswitchd.conf.db(5)).
    init(_ result: OVSDBTransaction.Result) {
        let row = result.rows.first ?? [:]
        if let error = row["error"]?.string, !error.isEmpty {
            self = .failing(error)
        } else if let ofport = row["ofport"]?.integer, ofport >= 0 {
            self = .working(ofport: ofport)
        } else {
            self = .failing("it has no OpenFlow port; the log of ovs-vswitchd says why")
        }
    }
}

extension InterfaceHealth {
    /// Why ovs-vswitchd could not make or open the interface of a row; `nil` where it could, or has not tried yet.
    static func failure(_ row: [String: JSON]) -> String? {
        if let error = row["error"]?.string, !error.isEmpty { return error }
        return row["ofport"]?.integer == -1 ? "it has no OpenFlow port" : nil
    }

    /// Whether the interface does not work.
    var isFailing: Bool {
        if case .failing = self { true } else { false }
    }
}
