/// The calendar date in Paris, where the law's dates begin.
///
/// Central European Time is UTC + 1 h; summer time, + 2 h, runs from 01:00 UTC on the last Sunday
/// of March to 01:00 UTC on the last Sunday of October (directive 2000/84/EC). No zone files: they
/// are missing in small containers.
package enum ParisDay {
  private static let day: Int64 = 86_400

  /// `YYYY-MM-DD` at an instant.
  package static func text(unixSeconds: Int64) -> String {
    let year = civil(floor(unixSeconds, day)).year
    let begin = lastSunday(year, 3) * day + 3600
    let end = lastSunday(year, 10) * day + 3600
    let offset: Int64 = (begin..<end).contains(unixSeconds) ? 7200 : 3600
    let date = civil(floor(unixSeconds + offset, day))
    func padded(_ number: Int64, _ width: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
  }

  private static func floor(_ number: Int64, _ divisor: Int64) -> Int64 {
    number >= 0 ? number / divisor : -((-number + divisor - 1) / divisor)
  }

  /// The last Sunday of a month with 31 days, in days since 1970-01-01, which was a Thursday.
  private static func lastSunday(_ year: Int64, _ month: Int64) -> Int64 {
    let last = days(year, month, 31)
    return last - ((last + 4) % 7 + 7) % 7
  }

  // Years are counted from March, so that the leap day is the last of its year.

  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let era = floor(shifted, 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = floor(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let fromMarch = (5 * dayOfYear + 2) / 153
    let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * fromMarch + 2) / 5 + 1
    )
  }
}
