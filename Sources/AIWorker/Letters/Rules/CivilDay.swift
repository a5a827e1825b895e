/// A day of the Gregorian calendar.
struct CivilDay: Sendable, Hashable, Comparable {
  let year: Int
  let month: Int
  let day: Int

  /// Nil where the calendar has no such day.
  init?(year: Int, month: Int, day: Int) {
    guard (1900...2100).contains(year), (1...12).contains(month),
      (1...Self.length(year, month)).contains(day)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  private init(valid year: Int, _ month: Int, _ day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// `YYYY-MM-DD`; nil for anything else.
  init?(_ text: String) {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3 else { return nil }
    self.init(year: parts[0], month: parts[1], day: parts[2])
  }

  /// `YYYY-MM-DD`.
  var text: String {
    "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
  }

  /// `11 février 2026`, `1er mars 2026`.
  var french: String {
    let names = [
      "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
      "octobre", "novembre", "décembre",
    ]
    return "\(day == 1 ? "1er" : String(day)) \(names[month - 1]) \(year)"
  }

  /// So many months later; the month's last day where it has no such day.
  func adding(months: Int) -> CivilDay {
    let index = year * 12 + month - 1 + months
    let (year, month) = (index / 12, index % 12 + 1)
    return CivilDay(valid: year, month, min(day, Self.length(year, month)))
  }

  /// So many days later.
  func adding(days: Int) -> CivilDay {
    var (year, month, day) = (year, month, day + days)
    while day > Self.length(year, month) {
      day -= Self.length(year, month)
      (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
    }
    return CivilDay(valid: year, month, day)
  }

  static func < (left: CivilDay, right: CivilDay) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  private static func length(_ year: Int, _ month: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }
}
