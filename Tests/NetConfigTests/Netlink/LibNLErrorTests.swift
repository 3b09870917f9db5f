@testable import NetConfigCore
@testable import NetConfigSystem
import Glibc
import SystemPackage
import Testing

@Suite("what libnl refuses")
struct LibNLErrorTests {
    @Test
    func `is told by the system call that failed, where one did`() {
        #expect(throws: Errno.tooManyOpenFiles) {
            try Errno.checkLibNL {
                errno = EMFILE
                return -1
            }
        }
    }

    @Test(
        arguments: [
            // NLE_FAILURE, BAD_SOCK, NOMEM, EXIST, AF_NOSUPPORT and NOADDR.
            (1, Errno.ioError), (3, .badFileDescriptor), (5, .noMemory), (6, .addressInUse),
            (11, .addressFamilyNotSupported), (19, .addressNotAvailable),
        ] as [(Int32, Errno)])
    func `is not told by what an earlier call left in errno`(number: Int32, error: Errno) {
        errno = ENOENT
        #expect(throws: error) { try Errno.checkLibNL { -number } }
    }

    @Test
    func `a number that is not negative is no failure`() throws {
        errno = ENOENT
        try Errno.checkLibNL { 20 }
    }
}
