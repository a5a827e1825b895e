import NIOCore

#if canImport(Glibc)
  import Glibc
#endif

/// The `Date` header of one event loop, formatted once a second.
struct HTTPDate {
  private var second: time_t = -1
  private var text = ""

  /// IMF-fixdate (RFC 9110, section 5.6.7) of now.
  mutating func now() -> String {
    var now = time(nil)
    guard now != second else { return text }
    second = now
    var parts = tm()
    gmtime_r(&now, &parts)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    text =
      "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) "
      + "\(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    return text
  }
}
