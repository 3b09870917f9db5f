"""Raw OVSDB (RFC 7047), for the benchmarks: what ovsdb-server and ovs-vswitchd need by themselves."""
import json, socket


class OVSDB:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.pending, self.decoder, self.current = bytearray(), json.JSONDecoder(), -1
        columns = {"Open_vSwitch": {"columns": ["cur_cfg"]}}
        self.send("monitor", ["Open_vSwitch", None, columns], 0)
        self.read()

    def send(self, method, parameters, identity):
        self.socket.sendall(json.dumps({"method": method, "params": parameters, "id": identity}).encode())

    def read(self):
        """The next message. An update says how far ovs-vswitchd is."""
        while True:
            # A message is an object: only where a brace was received last can one be whole, and some have megabytes.
            if self.pending.endswith(b"}"):
                try:
                    text = self.pending.decode()
                    message, end = self.decoder.raw_decode(text)
                    self.pending = bytearray(text[end:].lstrip().encode())
                    break
                except json.JSONDecodeError:
                    pass
            self.pending += self.socket.recv(1 << 20)
        if message.get("method") == "update":
            for row in message["params"][1]["Open_vSwitch"].values():
                self.current = row["new"]["cur_cfg"]
        return message

    def transact(self, *operations):
        """Does all operations or none; gives their results."""
        self.send("transact", ["Open_vSwitch", *operations], 1)
        while True:
            message = self.read()
            if message.get("id") == 1:
                if any("error" in result for result in message["result"] if result):
                    raise RuntimeError(message["result"])
                return message["result"]

    def apply(self, *operations):
        """Changes rows and waits until ovs-vswitchd has done so too."""
        bump = {"op": "mutate", "table": "Open_vSwitch", "where": [], "mutations": [["next_cfg", "+=", 1]]}
        ask = {"op": "select", "table": "Open_vSwitch", "where": [], "columns": ["next_cfg"]}
        wanted = self.transact(*operations, bump, ask)[-1]["rows"][0]["next_cfg"]
        while self.current < wanted:
            self.read()

    def create(self, bridge, *cards, **columns):
        """Makes a bridge with its own port and those of some cards; `columns` are its row's."""
        def insert(table, identity, **row):
            return {"op": "insert", "table": table, "uuid-name": identity, "row": row}
        operations, ports = [], []
        for number, name in enumerate((bridge, *cards)):
            kind = {} if number else {"type": "internal"}
            operations += [insert("Interface", f"i{number}", name=name, **kind),
                           insert("Port", f"p{number}", name=name, interfaces=["named-uuid", f"i{number}"])]
            ports.append(["named-uuid", f"p{number}"])
        self.apply(
            *operations, insert("Bridge", "b", name=bridge, datapath_type="netdev", ports=["set", ports], **columns),
            {"op": "mutate", "table": "Open_vSwitch", "where": [],
             "mutations": [["bridges", "insert", ["named-uuid", "b"]]]})

    def clear(self):
        """Removes all bridges."""
        self.apply({"op": "update", "table": "Open_vSwitch", "where": [], "row": {"bridges": ["set", []]}})
