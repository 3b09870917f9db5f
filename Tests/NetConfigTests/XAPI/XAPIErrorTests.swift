import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite struct XAPIErrorTests {
    @Test(
        arguments: [
            (
                .unreachable(socket: "/x", reason: "no such file or directory"),
                "cannot connect to /x: no such file or directory"
            ),
            (.dropped, "the connection was closed before a response was received"),
            (.cutShort, "the connection was closed during the response"),
            (.timedOut(seconds: 30), "no complete response within 30 s"),
            (.status("HTTP/1.1 500 Internal Server Error"), "the response is HTTP/1.1 500 Internal Server Error"),
            (.tooLarge(limit: 7), "the response is larger than 7 bytes"),
            (.fault(code: -3, message: "no"), "fault -3: no"),
            (.refused(code: "HOST_IS_SLAVE", parameters: ["192.0.2.7"]), "HOST_IS_SLAVE 192.0.2.7"),
        ] as [(XAPIError.Problem, String)])
    func `an error names the call and says why it failed`(problem: XAPIError.Problem, text: String) {
        #expect("\(XAPIError("VLAN.get_all_records", problem))" == "XAPI call VLAN.get_all_records failed: \(text)")
    }

    @Test(
        arguments: [
            .refused(code: "SESSION_INVALID", parameters: ["OpaqueRef:secret"]),
            .fault(code: 1, message: "no session OpaqueRef:secret!"),
            .status("HTTP/1.1 418 OpaqueRef:secret"),
            .malformed("element 'OpaqueRef:secret'"),
        ] as [XAPIError.Problem])
    func `a session reference is blanked wherever XAPI repeats it`(problem: XAPIError.Problem) {
        let error = XAPIError("pool.get_all_records", problem, secret: "OpaqueRef:secret")
        #expect(!"\(error)".contains("secret") && !String(reflecting: error).contains("secret"))
        #expect("\(error)".contains("…"))
    }

    @Test func `a text without end is not shown to its end`() {
        let error = XAPIError("m", .refused(code: String(repeating: "x", count: 10_000), parameters: []))
        #expect("\(error)".count < 300)
    }
}
