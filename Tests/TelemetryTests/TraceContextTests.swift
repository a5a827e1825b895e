import Telemetry
import Testing

private let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
private let span = "00f067aa0ba902b7"

@Suite struct TraceContextTests {
  @Test(
    arguments: [
      ("00-\(trace)-\(span)-01", 1), ("00-\(trace)-\(span)-00", 0), ("00-\(trace)-\(span)-03", 3),
      ("00-\(trace)-\(span)-ff", 3), ("00-\(trace)-\(span)-fd", 1), ("cc-\(trace)-\(span)-01", 1),
      ("cc-\(trace)-\(span)-01-what-the-future-holds", 1),
    ] as [(String, UInt8)])
  func continuesTheCallersTrace(header: String, flags: UInt8) {
    let context = TraceContext(traceparent: header)
    #expect(context.traceID.description == trace)
    #expect(context.parentSpanID?.description == span)
    #expect(context.spanID.description != span)
    #expect(context.flags == flags)
    #expect(context.isSampled == (flags & 1 == 1))
    #expect(context.traceparent == "00-\(trace)-\(context.spanID)-0\(flags)")
  }

  @Test(arguments: [
    nil, "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-01-", "00-\(trace)-\(span)-01x",
    "00-\(trace)-\(span)-1", "ff-\(trace)-\(span)-01", "0-\(trace)-\(span)-001",
    "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
    "00-4BF92F3577B34DA6A3CE929D0E0E4736-\(span)-01", "00_\(trace)-\(span)-01",
    "00-\(trace)-\(span)-0g", "cc-\(trace)-\(span)-01x", " 00-\(trace)-\(span)-01",
    "00-é\(trace.dropFirst(2))-\(span)-01", String(repeating: "0", count: 100_000),
  ])
  func beginsATraceWhereTheHeaderIsBroken(header: String?) {
    let context = TraceContext(traceparent: header, tracestate: "a=1")
    #expect(context.traceID.description != trace)
    #expect(context.traceID.description.utf8.count == 32)
    #expect(context.parentSpanID == nil)
    #expect(context.tracestate == nil)
    #expect(context.flags == 3)
  }

  @Test func aChildKeepsTheTraceAndHasASpanOfItsOwn() {
    let context = TraceContext(traceparent: "00-\(trace)-\(span)-02", tracestate: "a=1")
    let child = context.child()
    #expect(child.traceID == context.traceID)
    #expect(child.parentSpanID == context.spanID)
    #expect(child.spanID != context.spanID)
    #expect(child.flags == 2)
    #expect(child.tracestate == "a=1")
  }

  @Test(
    arguments: [
      ("a=1", "a=1"), (" a=1 ,, b@c=x y\t", "a=1,b@c=x y"), ("0a_-*/=~", "0a_-*/=~"),
      ("A=1", nil), ("a", nil), ("a=", nil), ("a=b=c", nil), ("=1", nil), ("", nil), ("a=é", nil),
      ("a=1,B=2", nil), ("_a=1", nil),
    ] as [(String, String?)])
  func passesOnAStateThatIsWellFormed(given: String, passed: String?) {
    let context = TraceContext(traceparent: "00-\(trace)-\(span)-01", tracestate: given)
    #expect(context.tracestate == passed)
    #expect(context.traceID.description == trace, "a broken state does not break the trace")
  }

  @Test func boundsTheState() throws {
    let header = "00-\(trace)-\(span)-01"
    let long = "long=" + String(repeating: "x", count: 200)
    let short = (0..<20).map { "k\($0)=" + String(repeating: "v", count: 20) }
    let state = ([long] + short).joined(separator: ",")
    let passed = try #require(TraceContext(traceparent: header, tracestate: state).tracestate)
    #expect(passed.utf8.count <= 512)
    #expect(passed.hasPrefix("k0="))
    let many = (0..<33).map { "k\($0)=1" }.joined(separator: ",")
    #expect(TraceContext(traceparent: header, tracestate: many).tracestate == nil)
  }
}

@Suite struct AddressAndUserTests {
  @Test(
    arguments: [
      ([203, 0, 113, 77], "203.0.113.0/24"),
      ([0x20, 1, 0xd, 0xb8, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 9], "2001:db8:1::/48"),
      ([0x20, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 9], "2001::/48"),
      ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "::/48"),
      ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 2, 3], "10.1.2.0/24"),
      ([], nil), ([1, 2, 3], nil),
    ] as [([UInt8], String?)])
  func showsTheNetworkAndNotTheHousehold(bytes: [UInt8], text: String?) {
    #expect(ClientAddress.truncated(bytes) == text)
  }

  @Test func aUserIsSixteenDigitsOfTheKeyedHash() {
    var asked: [UInt8] = []
    let hash = UserHash.make(userID: "ab") { bytes in
      asked = bytes
      return [0x00, 0x1f, 0xff, 0xa0, 5, 6, 7, 8, 9, 10, 11]
    }
    #expect(asked == [0x61, 0x62])
    #expect(hash == "001fffa005060708")
  }
}
