/// Days as `YYYY-MM-DD`, which sort as they are.
enum CalendarDay {
  /// The day after; the same text where it is no day.
  static func after(_ day: String) -> String {
    let parts = day.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, (1...12).contains(parts[1]) else { return day }
    var (year, month, date) = (parts[0], parts[1], parts[2] + 1)
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    if date > lengths[month - 1] { (month, date) = (month + 1, 1) }
    if month > 12 { (year, month) = (year + 1, 1) }
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(year)-\(two(month))-\(two(date))"
  }
}
