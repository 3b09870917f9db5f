import NetConfigTestSupport
import Testing

@testable import NetConfig
@testable import NetConfigSystem

@Suite struct PluginCallTests {
    private static let secret = "OpaqueRef:5ec2e7"

    /// A call as XAPI writes it: strings without a type.
    private static func document(_ function: String = "update", _ parameters: [String]? = nil) -> String {
        let parameters = parameters ?? ["<value>\(secret)</value>", "<value><struct/></value>"]
        return "<methodCall><methodName>\(function)</methodName><params>"
            + parameters.map { "<param>\($0)</param>" }.joined() + "</params></methodCall>"
    }

    @Test(arguments: [
        document(),
        document("update", ["<value><string>\(secret)</string></value>", "<value><struct></struct></value>"]),
        "<?xml version='1.0'?>\n"
            + document(
                "update",
                [
                    "<value>\(secret)</value>",
                    "<value><struct><member><name>k</name><value>v</value></member></struct></value>",
                ]),
    ])
    func `XAPI's call has a function and a session`(document: String) throws {
        let call = try PluginCall(document)
        #expect(call.function == "update")
        #expect(call.session == Self.secret)
    }

    @Test(arguments: [
        "", " ", "update", secret, "<", "<methodCall>", "<\(secret)/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><methodCall/>",
        "<methodResponse/>", document(""), document("update", []), document("update", ["<value>\(secret)</value>"]),
        document("update", ["<value/>", "<value><struct/></value>"]),
        document("update", ["<value><int>1</int></value>", "<value><struct/></value>"]),
        document("update", ["<value>\(secret)</value>", "<value>\(secret)</value>"]),
        document("update", Array(repeating: "<value>\(secret)</value>", count: 3)),
        document("update", ["<value>\(secret)"]),
        document("update", [String(repeating: "<value><array><data>", count: 300)]),
    ])
    func `what is no call of a plugin is a failure that repeats nothing of it`(document: String) throws {
        let failure = try #require(throws: PluginFailure.self) { _ = try PluginCall(document) }
        #expect(failure.code == .notCalled)
        #expect("\(failure)".hasPrefix("XENAPI_PLUGIN_FAILURE the argument is not a plugin call: "))
        #expect(!"\(failure)".contains("5ec2e7"))
    }

    @Test func `a mutilated call is a failure without the session, or a call`() {
        var random = SeededGenerator(seed: 6)
        let whole = Array(Self.document().utf8)
        var failures = 0
        for _ in 0..<3000 {
            let bytes = whole.mutilated(using: &random)
            do throws(PluginFailure) {
                _ = try PluginCall(String(decoding: bytes, as: UTF8.self))
            } catch {
                failures += 1
                #expect(!"\(error)".contains("5ec2e7"))
            }
        }
        #expect((1500..<3000).contains(failures))
    }

    @Test func `a result is answered as XAPI wants it`() {
        #expect(
            String(decoding: PluginAnswer.success("a < b").document, as: UTF8.self) == """
                <?xml version="1.0"?>
                <methodResponse><params><param><value><struct>\
                <member><name>Status</name><value><string>Success</string></value></member>\
                <member><name>Value</name><value><string>a &lt; b</string></value></member>\
                </struct></value></param></params></methodResponse>

                """)
    }

    @Test func `a failure is answered with its code and what is said beside it`() throws {
        let answer = try XMLRPCAnswer(
            XMLDocument(PluginAnswer.failure(PluginFailure(.flows, "eth0", "and\u{0}\u{FFFF}\n")).document))
        #expect(
            answer
                == .value(
                    .structure([
                        .init(name: "Status", value: .string("Failure")),
                        .init(
                            name: "ErrorDescription",
                            value: .array(
                                [
                                    "VSWITCH_ADD_FLOW_FAILURE", "eth0", "and\u{FFFD}\u{FFFD}\n",
                                ].map(XMLRPCValue.string))),
                    ])))
    }
}
