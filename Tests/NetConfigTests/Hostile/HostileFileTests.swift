import NetConfigTestSupport
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// Hostile values in the files of the host that are read.
@Suite("hostile files")
struct HostileFileTests {
    @Test(arguments: [
        "INSTALLATION_UUID='MARK'\n", "INSTALLATION_UUID=MARK\n", "MARK='x'\n", "MANAGEMENT_INTERFACE=\"MARK\"\n",
        "MARK", "MARK\nbridge\n", "HWaddr: MARK\n", "GATEWAYDEV=MARK\nDNSDEV=MARK\n",
        "NETWORKING=yes\r\nGATEWAYDEV=MARK\r\n\r", "xenbr0\nMARK\n",
        "/sbin/dhclient\0-pf\0MARK\0xenbr0", "/sbin/dhclient\0MARK", "MARK 02 40 20 80 xenbr0\n",
    ])
    func `whatever a file says, it is read or refused`(text: String) throws {
        let parts = text.split(separator: "MARK", omittingEmptySubsequences: false).map { Array($0.utf8) }
        for value in TestLength.turns(of: HostileValue.all, in: text.utf8.count) {
            try fuzzHostFiles(Array(parts.joined(separator: value.bytes)))
        }
    }

    @Test
    func `a host's uuid goes to XAPI as it is, or not at all`() throws {
        var examined = 0
        for value in HostileValue.all {
            let text = "INSTALLATION_UUID=\(ConfigurationText.quoted(String(decoding: value.bytes, as: UTF8.self)))"
            guard let uuid = Inventory(text)["INSTALLATION_UUID"] else { continue }
            let call = XMLRPCCall(method: "host.get_by_uuid", parameters: [.string(uuid)])
            guard let bytes = try? call.bytes() else { continue }
            var xml = try XMLDocument(bytes)
            var sent: [String] = []
            while let event = try xml.next() { if case .text(let text) = event { sent.append(text) } }
            let isSent = sent.dropFirst().joined().contains(uuid)
            #expect(isSent, "\(uuid)")
            if !uuid.isEmpty { examined += 1 }
        }
        #expect(examined > HostileValue.all.count / 2)
    }

    @Test
    func `the choice of datapath is refused in a line that shows what there is`() {
        var refused = 0
        for value in HostileValue.all {
            let text = String(decoding: value.bytes, as: UTF8.self)
            var message = ""
            // What is white space alone makes no choice.
            do { #expect(try NetworkBackend.datapath(in: text, file: "network.conf") == nil) } catch {
                message = "\(error)"
                refused += 1
            }
            #expect(message.utf8.count < 1000 && message.isExactly(message.printable), "\(message)")
        }
        #expect(refused > HostileValue.all.count / 2)
    }
}
