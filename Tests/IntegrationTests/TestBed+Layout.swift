@testable import NetConfigCore
import Foundation
import Testing

/// Which devices there are, whether they are up, what they belong to, and which addresses they have.
extension TestBed {
    /// A line for each device, such as `eth0 up in bond0` or `xapi5 up in xenbr0 tag 5 192.0.2.5/24 dhcp`. Network cards
    /// that are down and free are left out. What a port of Open vSwitch belongs to is what its rows say.
    func layout() throws -> [String] {
        let places = datapath == .openvswitch ? vswitchPlaces(try vswitchTables()) : [:]
        // One command, because to start one takes long in a virtual machine.
        let script = "ip -json -details address; echo; pgrep --ns $$ --nslist net --list-full --exact dhclient"
        let answers = lines(try self.script(script).output)
        let devices = try JSONDecoder().decode([Device].self, from: Data((answers.first ?? "").utf8))
        let clients = answers.dropFirst().compactMap { $0.split(separator: " ").last.map(String.init) }
        return devices.sorted { $0.ifname < $1.ifname }.compactMap { device in
            let name = device.ifname
            if ["lo", "ovs-system", "ovs-netdev"].contains(name) { return nil }
            var line = [name, device.isUp ? "up" : "down"]
            if device.linkinfo?.info_kind == "vlan", let lower = device.link, let tag = device.linkinfo?.info_data?.id {
                line.append("on \(lower) tag \(tag)")
            }
            if let place = places[name] ?? device.master.map({ "in \($0)" }) { line.append(place) }
            line += device.addresses.sorted()
            if clients.contains(name) { line.append("dhcp") }
            return line == [name, "down"] && name.hasPrefix("eth") ? nil : line.joined(separator: " ")
        }
    }

    /// Expects a layout: a line for each device. One that is another on one datapath ends with that in parentheses.
    func expect(_ layout: String, location: SourceLocation = #_sourceLocation) throws {
        let other = datapath == .bridge ? " (openvswitch)" : " (bridge)"
        let expected = lines(layout).filter { !$0.hasSuffix(other) }.map {
            $0.replacing(" (\(datapath.rawValue))", with: "").trimmingCharacters(in: .whitespaces)
        }
        let found = try self.layout()
        #expect(found == expected.sorted(), sourceLocation: location)
    }

    /// Where Open vSwitch's interfaces and bonds are.
    private func vswitchPlaces(_ tables: [VswitchTableDump]) -> [String: String] {
        func rows(_ table: String) -> [VswitchTableDump.Row] { tables.first { $0.name == table }?.rows ?? [] }
        /// The names of the rows that refer to a row.
        func owners(_ table: String, _ column: String) -> [String: String] {
            rows(table).reduce(into: [:]) { owners, row in
                for reference in row.columns[column]?.references ?? [] { owners[reference] = row.name }
            }
        }
        let (bridges, ports) = (owners("Bridge", "ports"), owners("Port", "interfaces"))
        var places: [String: String] = [:]
        for interface in rows("Interface") {
            if let port = ports[interface.identity], port != interface.name { places[interface.name] = "in \(port)" }
        }
        for port in rows("Port") {
            guard let bridge = bridges[port.identity], bridge != port.name else { continue }
            let tag = port.columns["tag"]?.text(names: [:]) ?? "[]"
            places[port.name] = tag == "[]" ? "in \(bridge)" : "in \(bridge) tag \(tag)"
        }
        return places
    }
}
