internal import NetConfigCore
internal import CLibNL

/// What a bridge's table says of an address.
struct ForwardingEntry {
    /// The kernel's number for the port, or for the bridge itself.
    var port: Int32
    /// Whether it was entered as that of a station, and not as the host's.
    var isStation: Bool
    /// Whether the bridge leaves it there although frames of the station come in elsewhere (`sticky`).
    var isHeld: Bool

    /// Decodes what follows the message's header: a `struct ndmsg`.
    init?(_ payload: ArraySlice<UInt8>) {
        guard let port = payload.integer(at: 4, as: Int32.self), let state = payload.integer(at: 8, as: UInt16.self),
            let flags = payload.integer(at: 10, as: UInt8.self)
        else { return nil }
        self.port = port
        isStation = Int32(state) & NUD_NOARP != 0
        isHeld = isStation && Int32(flags) & NTF_STICKY != 0
    }
}
