/// A message that the kernel sent.
struct NetlinkReply {
    /// `RTM_…`.
    var type: Int
    /// What follows the message's header.
    var payload: ArraySlice<UInt8>
}
