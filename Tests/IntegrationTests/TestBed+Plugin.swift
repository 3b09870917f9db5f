import Foundation
import NetConfigCore
import NetConfigSystem
import Testing

/// What XAPI's plugin answers, as Python reads it.
struct PluginReply: Decodable, Equatable {
    var Status: String
    var Value: String?
    var ErrorDescription: [String]?

    /// The code of a failure.
    var code: String? { ErrorDescription?.first }
    /// What is said beside the code.
    var message: String { ErrorDescription?.dropFirst().joined(separator: " ") ?? "" }
}

extension TestBed {
    /// XAPI's call of a function of a plugin.
    static func call(_ function: String, session: String = XAPIServer.session) -> String {
        "<methodCall><methodName>\(function)</methodName><params><param><value>\(session)</value></param>"
            + "<param><value><struct/></value></param></params></methodCall>"
    }

    /// The program under one of its names, the later one a link.
    func pluginProgram(_ name: VswitchPlugin) throws -> String {
        let program = (Self.program as NSString).deletingLastPathComponent + "/" + VswitchPlugin.cfgUpdate.rawValue
        guard name == .configUpdate else { return program }
        let link = "\(directory)/\(name.rawValue)"
        if !FileManager.default.fileExists(atPath: link) {
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: program)
        }
        return link
    }

    /// The plugin's command line on the bed's host.
    func pluginCommand(_ name: VswitchPlugin, _ document: String, _ options: [String] = []) throws -> [String] {
        try [pluginProgram(name), "--root-prefix", root, "--ovsdb", "\(directory)/ovs/db.sock", "--no-syslog"] + options
            + [document]
    }

    /// Has XAPI call a function of the plugin.
    func plugin(
        _ name: VswitchPlugin, _ function: String = "update", _ options: String...,
        location: SourceLocation = #_sourceLocation
    ) throws -> PluginReply {
        try reply(of: run(command: pluginCommand(name, Self.call(function), options)), location: location)
    }

    /// Reads an answer: one document on standard output, exit status 0 whatever it says, and no secret anywhere.
    func reply(of result: Result, location: SourceLocation = #_sourceLocation) throws -> PluginReply {
        #expect(result.status == 0, "\(result.errors)", sourceLocation: location)
        let said = result.output + result.errors + (text(HostLock.path + "/holder") ?? "")
        #expect(!said.contains("secret") && !said.contains("session-"), "\(said)", sourceLocation: location)
        try result.output.write(toFile: "\(directory)/answer", atomically: false, encoding: .utf8)
        let read =
            "import sys, json, xmlrpc.client; print(json.dumps(xmlrpc.client.loads(open(sys.argv[1]).read())[0][0]))"
        let json = try host("python3", "-c", read, "\(directory)/answer")
        return try JSONDecoder().decode(PluginReply.self, from: Data(json.utf8))
    }

    /// Puts a program below the root prefix, where it is found before the system's.
    func install(_ path: String, _ script: String) throws {
        try makeDirectory((path as NSString).deletingLastPathComponent)
        try write("#!/bin/sh\n" + script + "\n", to: path)
        try host("chmod", "755", root + path)
    }

    /// XAPI's program that opens and closes ports, which notes down how it is called.
    func installFirewall(_ more: String = "") throws {
        try install(
            VswitchPluginPaths.firewall,
            #"echo "$# $* $(env | grep -cv -e ^PATH= -e ^LC_ALL= -e ^PWD= -e ^_= -e ^SHLVL=)" >>\#(directory)/firewall"#
                + "\n" + more)
    }

    /// How the program for ports was called since the last time: number of arguments, these, foreign variables.
    func firewallCalls() throws -> [String] {
        let path = "\(directory)/firewall"
        defer { try? FileManager.default.removeItem(atPath: path) }
        return lines((try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
    }
}

/// Where the plugin and its neighbours keep their files.
enum VswitchPluginPaths {
    static let caCertificate = "/etc/openvswitch/vswitchd.cacert"
    static let firewall = "/etc/xapi.d/plugins/firewall-port"
    static let pendingFlows = "/run/interface-reconfigure/secure-mode-flows"
}
