import Testing

@testable import NetConfigCore

func device(_ text: String) throws -> DeviceName { try #require(DeviceName(text)) }
func mac(_ text: String) throws -> MACAddress { try #require(MACAddress(text)) }
func ip(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
func prefix(_ text: String) throws -> IPPrefix { try #require(IPPrefix(text)) }
