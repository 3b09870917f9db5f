import Foundation
import Testing

@testable import NetConfigSystem

/// How a caller stops runs, whatever thread it is on.
@Suite struct CancellationTests {
    @Test func `one that is cancelled stays so, for all that share it`() async {
        let cancellation = Cancellation()
        #expect(cancellation.interruption == nil)
        await Task.detached { cancellation.cancel() }.value
        #expect(cancellation.interruption == Interruption(signal: nil))
        cancellation.cancel()
        #expect(cancellation.interruption?.description == "cancelled")
        #expect(Cancellation().interruption == nil)
    }
}
