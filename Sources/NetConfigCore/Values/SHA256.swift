/// The hash of FIPS 180-4 by which files are told apart: what `sha256sum` prints.
package struct SHA256 {
    private static let constants: [UInt32] = roots(of: 64, cube: true)

    /// The hash of some bytes in hexadecimal digits.
    package static func hexadecimal(of bytes: [UInt8]) -> String {
        var padded = bytes
        padded.append(0x80)
        padded.append(contentsOf: repeatElement(0, count: (120 - padded.count % 64) % 64))
        for shift in stride(from: 56, through: 0, by: -8) {
            padded.append(UInt8(truncatingIfNeeded: (UInt64(bytes.count) * 8) >> UInt64(shift)))
        }
        var hash = roots(of: 8, cube: false)
        var schedule = [UInt32](repeating: 0, count: 64)
        for start in stride(from: 0, to: padded.count, by: 64) {
            add(padded[start..<start + 64], to: &hash, &schedule)
        }
        return hash.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 8 - digits.utf8.count) + digits
        }.joined()
    }

    private static func add(_ block: ArraySlice<UInt8>, to hash: inout [UInt32], _ schedule: inout [UInt32]) {
        for index in 0..<16 {
            let place = block.startIndex + 4 * index
            schedule[index] = block[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
        for index in 16..<64 {
            let (early, late) = (schedule[index - 15], schedule[index - 2])
            let first = early.turned(7) ^ early.turned(18) ^ early >> 3
            let second = late.turned(17) ^ late.turned(19) ^ late >> 10
            schedule[index] = schedule[index - 16] &+ first &+ schedule[index - 7] &+ second
        }
        var (a, b, c, d, e, f, g, h) = (hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7])
        for index in 0..<64 {
            let mixed = (e.turned(6) ^ e.turned(11) ^ e.turned(25)) &+ (e & f ^ ~e & g)
            let first = h &+ mixed &+ constants[index] &+ schedule[index]
            let second = (a.turned(2) ^ a.turned(13) ^ a.turned(22)) &+ (a & b ^ a & c ^ b & c)
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { hash[index] &+= word }
    }

    /// The first 32 bits of the fractions of the square or cube roots of the first primes.
    private static func roots(of count: Int, cube: Bool) -> [UInt32] {
        var primes: [UInt64] = []
        var candidate: UInt64 = 2
        while primes.count < count {
            if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
            candidate += 1
        }
        return primes.map { cube ? cubeRoot($0) : squareRoot($0) }
    }

    /// The greatest x below 2^40 with x * x * x <= prime * 2^96, without its whole part.
    private static func cubeRoot(_ prime: UInt64) -> UInt32 {
        root { UInt128($0) * UInt128($0) * UInt128($0) <= UInt128(prime) << 96 }
    }

    /// The greatest x below 2^40 with x * x <= prime * 2^64, without its whole part.
    private static func squareRoot(_ prime: UInt64) -> UInt32 {
        root { UInt128($0) * UInt128($0) <= UInt128(prime) << 64 }
    }

    private static func root(_ isAtMost: (UInt64) -> Bool) -> UInt32 {
        var found: UInt64 = 0
        for bit in (0..<40).reversed() where isAtMost(found | 1 << UInt64(bit)) { found |= 1 << UInt64(bit) }
        return UInt32(truncatingIfNeeded: found)
    }
}

extension UInt32 {
    fileprivate func turned(_ bits: UInt32) -> UInt32 { self >> bits | self << (32 - bits) }
}
