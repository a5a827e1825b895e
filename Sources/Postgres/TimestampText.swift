/// Reads instants as PostgreSQL writes them in ISO style: `2026-11-23 09:00:00.25+01`.
enum TimestampText {
  /// 2000-01-01 UTC, from which the binary format counts.
  static let postgresEpochMicroseconds: Int64 = 946_684_800_000_000

  /// Microseconds since 1970; without an offset the text is taken as UTC. `nil` for infinity, years
  /// before Christ and anything else.
  static func parse(_ text: UnsafeRawBufferPointer) -> Int64? {
    var scanner = Scanner(rest: text[...])
    guard let year = scanner.number(4...6), year > 0, scanner.skip("-"),
      let month = scanner.number(2...2), (1...12).contains(month), scanner.skip("-"),
      let day = scanner.number(2...2), (1...31).contains(day),
      scanner.skip(" ") || scanner.skip("T"),
      let hour = scanner.number(2...2), hour <= 24, scanner.skip(":"),
      let minute = scanner.number(2...2), minute <= 59, scanner.skip(":"),
      let second = scanner.number(2...2), second <= 60,
      let fraction = scanner.fraction(), let offset = scanner.offset(), scanner.rest.isEmpty
    else { return nil }
    let days = days(year: year, month: month) + day - 1
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    return seconds * 1_000_000 + fraction
  }

  /// Days from 1970-01-01 to the first of a month of the Gregorian calendar.
  private static func days(year: Int64, month: Int64) -> Int64 {
    let beforeMonth: [Int64] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let leapDays = leapYears(through: year - 1) - leapYears(through: 1969)
    return 365 * (year - 1970) + leapDays + beforeMonth[Int(month) - 1]
      + (isLeap && month > 2 ? 1 : 0)
  }

  private static func leapYears(through year: Int64) -> Int64 {
    year / 4 - year / 100 + year / 400
  }

  private struct Scanner {
    var rest: Slice<UnsafeRawBufferPointer>

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard rest.first == UInt8(ascii: character) else { return false }
      rest.removeFirst()
      return true
    }

    /// A number of so many digits.
    mutating func number(_ width: ClosedRange<Int>) -> Int64? {
      let (value, count) = digits(max: width.upperBound)
      return width.contains(count) ? value : nil
    }

    /// A point and one to six digits, as microseconds; 0 where there is no point.
    mutating func fraction() -> Int64? {
      guard skip(".") else { return 0 }
      var (value, count) = digits(max: 6)
      guard count > 0 else { return nil }
      while count < 6 {
        value *= 10
        count += 1
      }
      return value
    }

    /// Seconds east of Greenwich: `Z`, `+01`, `-03:30`, `+00:09:21`; none is 0.
    mutating func offset() -> Int64? {
      if rest.isEmpty || skip("Z") { return 0 }
      let sign: Int64 = skip("-") ? -1 : 1
      if sign == 1, !skip("+") { return nil }
      guard let hours = number(2...2) else { return nil }
      var seconds = hours * 3600
      for unit: Int64 in [60, 1] where skip(":") {
        guard let value = number(2...2) else { return nil }
        seconds += value * unit
      }
      return sign * seconds
    }

    private mutating func digits(max: Int) -> (value: Int64, count: Int) {
      var (value, count): (Int64, Int) = (0, 0)
      while count < max, let byte = rest.first, byte &- UInt8(ascii: "0") < 10 {
        value = value * 10 + Int64(byte &- UInt8(ascii: "0"))
        count += 1
        rest.removeFirst()
      }
      return (value, count)
    }
  }
}
