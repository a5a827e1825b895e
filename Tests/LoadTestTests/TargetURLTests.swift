import LoadTest
import Testing

@Suite struct TargetURLTests {
  @Test(
    arguments: [
      ("http://127.0.0.1:3000", "127.0.0.1", 3000, "/", "127.0.0.1:3000"),
      ("http://localhost/a/b?c=d#e", "localhost", 80, "/a/b?c=d", "localhost"),
      ("HTTP://[::1]:81?x", "::1", 81, "/?x", "[::1]:81"),
    ]) func takesAnAddressApart(
      text: String, host: String, port: Int, path: String, authority: String
    ) throws
  {
    let url = try TargetURL(text)
    #expect(url.host == host && url.port == port && url.path == path)
    #expect(url.authority == authority)
  }

  @Test(
    arguments: [
      ("127.0.0.1", "\"127.0.0.1\" needs http:// before the host"),
      ("https://a", "\"https://a\" https is not supported: measure behind the TLS end"),
      ("ftp://a", "\"ftp://a\" only http:// can be loaded"), ("http://", "\"http://\" has no host"),
      ("http://a:0", "\"http://a:0\" has a bad port"),
      ("http://a:x", "\"http://a:x\" has a bad port"),
      ("http://u@a", "\"http://u@a\" holds user information"),
      ("http://a/é", "\"http://a/é\" holds characters that must be percent-encoded"),
      ("http://[::1", "\"http://[::1\" has no ] after the address"),
    ]) func saysWhatIsWrong(text: String, message: String)
  {
    let error = #expect(throws: TargetURLError.self) { try TargetURL(text) }
    #expect(error?.description == message)
  }

  @Test(
    arguments: [
      ("500ms", 500_000_000), ("1.5s", 1_500_000_000), ("2m", 120_000_000_000), ("10us", 10_000),
      ("10 µs", 10_000), ("1h", 3_600_000_000_000),
    ] as [(String, UInt64)]) func readsDurations(text: String, nanoseconds: UInt64)
  {
    #expect(Quantity.duration(text)?.nanoseconds == nanoseconds)
  }

  @Test(arguments: ["", "5", "s", "-1s", "1d", "1.2.3s", "1e3s", "200h", "1s1"])
  func refusesOtherDurations(text: String) { #expect(Quantity.duration(text) == nil) }
}
