/// Address families of `socket(2)` as rtnetlink numbers them.
enum AddressFamily {
    /// `AF_INET`
    static let v4 = 2
    /// `AF_INET6`
    static let v6 = 10
}
