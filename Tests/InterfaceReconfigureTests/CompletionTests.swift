@testable import NetConfigCore
import Foundation
import NetConfigSystem
import SystemPackage
import Testing

/// The completion in a real bash on a terminal, with the package bash-completion: what Tab makes of a command line.
@Suite("completion")
struct CompletionTests {
    /// A directory with a home, and a root with caches for `--root-prefix`.
    private final class Directory {
        let path = NSTemporaryDirectory() + "completion.\(UUID().uuidString.prefix(8))"
        var root: String { path + "/root" }

        init() throws {
            let completions = path + "/bash-completion/completions"
            for directory in [completions, root + "/var/xapi", root + "/var/lib/xcp"] {
                try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            }
            try FileManager.default.createSymbolicLink(
                atPath: completions + "/interface-reconfigure",
                withDestinationPath: ManualTests.repository.appending(
                    path: "packaging/completion/interface-reconfigure"
                )
                .path)
            // Tab puts every possibility into the line; the command writes its words.
            try write(
                """
                set disable-completion off
                set bell-style none
                "\\t": insert-completions

                """, to: "inputrc")
            try write(
                """
                unset HISTFILE
                . /usr/share/bash-completion/bash_completion
                interface-reconfigure() { printf '%s\\n' "$@" >words; }

                """, to: "bashrc")
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ text: String, to file: String) throws {
            try text.write(toFile: "\(path)/\(file)", atomically: false, encoding: .utf8)
        }

        func cache(_ sample: String, as file: String = "root/var/xapi/network.dbcache") throws {
            let source = ManualTests.repository.appending(path: "testdata/cache/\(sample).xml")
            try FileManager.default.copyItem(atPath: source.path, toPath: "\(path)/\(file)")
        }

        /// The words of a command line after Tab was pressed at its end.
        func complete(_ line: String) throws -> [String] {
            let shell = "cd '\(path)' && exec bash --noprofile --rcfile bashrc -i"
            let environment = [
                "HOME=\(path)", "INPUTRC=\(path)/inputrc", "TERM=dumb",
                "BASH_COMPLETION_USER_DIR=\(path)/bash-completion",
            ]
            let output = try ChildProcess(
                "/usr/bin/script", ["--quiet", "--return", "--command", shell, "/dev/null"], environment: environment,
                input: "interface-reconfigure \(line)\t\nexit\n"
            ).run(timeLimit: .seconds(30)).standardOutput
            let words = try String(contentsOfFile: path + "/words", encoding: .utf8)
            // Nothing but the prompt and what was typed: no complaint of the completion.
            #expect(!output.contains("awk:") && !output.contains("bash: "), "\(output)")
            return words.split(separator: "\n").map(String.init)
        }
    }

    @Test(arguments: [
        (
            "",
            ["check", "confirm", "down", "history", "reset", "rewrite", "rewrite-configuration", "show", "undo", "up"]
        ),
        ("--verbose re", ["--verbose", "reset", "rewrite", "rewrite-configuration"]),
        ("--fo", ["--force", "--force-interface", "--format"]),
        ("up --dr", ["up", "--dry-run"]),
        ("--mode ", ["--mode", "dhcp", "none", "static"]),
        ("--mode=s", ["--mode=static"]),
        ("--ipv6-mode=", ["--ipv6-mode=autoconf", "dhcp", "none", "static"]),
        ("--datapath-type ", ["--datapath-type", "netdev", "system"]),
        ("up --format=", ["up", "--format=dot", "json", "shell", "text"]),
        ("show --format ", ["show", "--format", "dot", "json", "text"]),
        ("check --format=", ["check", "--format=json", "text"]),
        ("--device l", ["--device", "lo"]),
        ("--ip ", ["--ip"]),
        ("--session=", ["--session="]),
    ])
    func `options, actions and values`(_ line: String, _ words: [String]) throws {
        #expect(try Directory().complete(line) == words)
    }

    @Test
    func `every option of the help`() throws {
        let offered = try Directory().complete("--")
        #expect(
            try ManualTests.options(of: "interface-reconfigure").filter { $0.hasPrefix("--") }.subtracting(offered)
                == [])
        #expect(offered.count == Set(offered).count)
    }

    @Test(arguments: [
        "--root-prefix root --force ", "--root-prefix=root up --force=", "--force-interface ", "show ",
        "--root-prefix root show ",
    ])
    func `bridges come from the cache that the command line means`(_ line: String) throws {
        let directory = try Directory()
        try directory.cache("original")
        try directory.cache("installer", as: "other")
        try directory.cache("installer", as: "root/var/lib/xcp/network.dbcache")
        func offered(_ line: String) throws -> [String] {
            let words = try directory.complete(line)
            let last = try #require(words.firstIndex { $0.contains("xenbr") || $0.contains("xapi") })
            return words[last...].map { String($0.split(separator: "=").last ?? "") }
        }
        guard line.contains("root") else {
            // The cache of another command line.
            let bridges = try offered("--cache other " + line)
            #expect(try offered("--cache=other " + line) == bridges)
            #expect(try bridges == expected("installer"))
            return
        }
        #expect(try offered(line) == expected("original"))
    }

    /// The bridges of a cache, and its devices without one.
    private func expected(_ sample: String) throws -> [String] {
        let model = try CacheReader.read(
            contentsOf: ManualTests.repository.appending(path: "testdata/cache/\(sample).xml").path)
        let bridges = model.networks.values.compactMap { $0.bridge?.text }
        let bridgeless = model.pifs.values.filter { model.networks[$0.network]?.bridge == nil }.map { pif in
            pif.device.text + (pif.vlan.map { ".\($0)" } ?? "")
        }
        return Set(bridges + bridgeless).sorted()
    }

    @Test
    func `the copy of a lost cache has them too, and a shorter command line narrows them down`() throws {
        let directory = try Directory()
        try directory.cache("installer", as: "root/var/lib/xcp/network.dbcache.last-good")
        #expect(
            try directory.complete("--root-prefix=root --force xenbr") == ["--root-prefix=root", "--force"]
                + expected("installer").filter { $0.hasPrefix("xenbr") })
    }

    @Test(arguments: [
        "", "no XML", "<xenserver-network-configuration><network ref=\"a\"><bridge>", "\0\u{1}<<>>", "<network ref",
    ])
    func `a cache that is missing or broken has no bridges, and nothing is said`(_ text: String) throws {
        let directory = try Directory()
        if !text.isEmpty { try directory.write(text, to: "root/var/xapi/network.dbcache") }
        #expect(try directory.complete("--root-prefix root --force ") == ["--root-prefix", "root", "--force"])
    }

    @Test
    func `what is in a comment or would be more than a name to a shell is not offered`() throws {
        let directory = try Directory()
        try directory.write(
            """
            <?xml version="1.0"?><!-- <network ref="x"><bridge>commented</bridge></network> -->
            <xenserver-network-configuration><network ref="a"><bridge>$(touch bad)</bridge></network>
            <network ref='b'><bridge>`touch bad`</bridge></network><network ref="c"><bridge>-x</bridge></network>
            <network  ref = "d" ><uuid>u</uuid><bridge>
                good0
            </bridge></network></xenserver-network-configuration>
            """, to: "root/var/xapi/network.dbcache")
        #expect(try directory.complete("--root-prefix root --force ") == ["--root-prefix", "root", "--force", "good0"])
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/bad"))
    }

    @Test
    func `files are offered where a file is wanted, directories where a directory is`() throws {
        let directory = try Directory()
        #expect(try directory.complete("--cache=bashr") == ["--cache=bashrc"])
        #expect(try directory.complete("--ovsdb inp") == ["--ovsdb", "inputrc"])
        #expect(try directory.complete("--root-prefix ro") == ["--root-prefix", "root"])
        #expect(try directory.complete("--root-prefix=bashr") == ["--root-prefix=bashr"])
    }

    /// What swift-argument-parser makes for a shell, in a file.
    private func script(for shell: String) throws -> String {
        let made = try Program.run(["--generate-completion-script", shell])
        try #require(made.status == 0 && !made.output.isEmpty, "\(made.errors)")
        let file = FileManager.default.temporaryDirectory.path + "/ifr-\(UUID().uuidString).\(shell)"
        try made.output.write(toFile: file, atomically: false, encoding: .utf8)
        return file
    }

    @Test(arguments: [
        ("", ["check", "confirm", "down", "history", "reset", "rewrite", "show", "undo", "up"]),
        ("--mode ", ["dhcp", "none", "static"]),
        ("reset --mode-v6 ", ["autoconf", "dhcp", "none", "static"]), ("show --format j", ["json"]),
    ])
    func `fish has them as well`(_ line: String, _ words: [String]) throws {
        let file = try script(for: "fish")
        defer { try? FileManager.default.removeItem(atPath: file) }
        let command = "source \(file); complete --do-complete 'interface-reconfigure \(line)'"
        let home = FileManager.default.temporaryDirectory.path + "/ifr-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: home) }
        let output = try ChildProcess(
            "/usr/bin/fish", ["--no-config", "-c", command], environment: ["HOME=\(home)", "PATH=/usr/bin:/bin"]
        ).run(timeLimit: .seconds(30)).standardOutput
        let found = output.split(separator: "\n").compactMap { $0.split(separator: "\t").first.map(String.init) }
        #expect(found.filter { !$0.hasPrefix("-") }.sorted() == words, "\(output)")
    }

    @Test
    func `zsh can read its own, which has every option and action`() throws {
        let file = try script(for: "zsh")
        defer { try? FileManager.default.removeItem(atPath: file) }
        try ChildProcess("/usr/bin/zsh", ["-f", "-n", file]).run(timeLimit: .seconds(30))
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let options = try ManualTests.options(of: "interface-reconfigure").filter { $0.hasPrefix("--") }
        try #require(options.count > 30)
        #expect(options.filter { !text.contains($0) } == [])
        #expect(text.contains("'reset'"))
    }
}
