internal import Glibc

/// A moment, in seconds since 1970, as the host's clock shows it, in a format of `strftime(3)`. The corresponding C
/// functions are `localtime_r` and `strftime`.
package func localTime(_ seconds: Int, _ format: String) -> String {
    var seconds = seconds
    var fields = unsafe tm()
    _ = unsafe localtime_r(&seconds, &fields)
    var text = [CChar](repeating: 0, count: 64)
    let count = unsafe strftime(&text, text.count, format, &fields)
    return String(decoding: text.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
}
