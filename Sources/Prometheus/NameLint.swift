/// The rules of `promtool check metrics`, applied when a family is registered.
enum NameLint {
  private static let abbreviations: Set<Substring> = [
    "s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d",
  ]
  private static let typeWords: Set<Substring> = ["counter", "gauge", "summary", "histogram"]
  private static let baseUnits = [
    "amperes", "bytes", "celsius", "grams", "joules", "kelvin", "meters", "metres", "seconds",
    "volts",
  ]
  private static let otherUnits = [
    "minutes", "hours", "days", "weeks", "kelvins", "fahrenheit", "rankine", "inches", "yards",
    "miles", "bits", "calories", "pounds", "ounces",
  ]
  private static let prefixes = [
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega",
    "mibi", "giga", "gibi", "tera", "tebi", "peta", "pebi",
  ]

  /// What is wrong with a family's name; nil where nothing is.
  static func problem(name: String, kind: FamilyKind) -> String? {
    guard isName(name, colonAllowed: true) else { return "not a metric name" }
    if name.utf8.contains(UInt8(ascii: ":")) { return "metric names should not contain ':'" }
    if isCamelCase(name) { return "metric names should be written in 'snake_case'" }
    return suffixProblem(name: name, kind: kind) ?? wordProblem(name: name)
  }

  /// What is wrong with a label's name; nil where nothing is.
  static func problem(label: String) -> String? {
    guard isName(label, colonAllowed: false) else { return "not a label name" }
    if label.utf8.first == UInt8(ascii: "_") { return "names from '_' on are reserved" }
    if label == "le" || label == "quantile" { return "reserved for histograms and summaries" }
    if isCamelCase(label) { return "label names should be written in 'snake_case'" }
    return nil
  }

  private static func suffixProblem(name: String, kind: FamilyKind) -> String? {
    if kind == .counter {
      if !name.hasSuffix("_total") { return "counter metrics should have \"_total\" suffix" }
    } else if name.hasSuffix("_total") {
      return "non-counter metrics should not have \"_total\" suffix"
    }
    if (kind == .info) != name.hasSuffix("_info") {
      return "info metrics, and no others, should have \"_info\" suffix"
    }
    // A base name that ends like a sample of its own kind would be read as another family's.
    for suffix in ["_bucket", "_count", "_sum", "_created"] where name.hasSuffix(suffix) {
      return "metric names should not have \"\(suffix)\" suffix"
    }
    return nil
  }

  private static func wordProblem(name: String) -> String? {
    let parts = name.split(separator: "_", omittingEmptySubsequences: false)
    for (position, part) in parts.enumerated() {
      if position > 0, abbreviations.contains(part) {
        return "metric names should not contain abbreviated units"
      }
      if position > 0, typeWords.contains(Substring(part.lowercased())) {
        return "metric name should not include type '\(part)'"
      }
      if let unit = otherUnit(part) { return "use a base unit instead of \"\(unit)\"" }
    }
    return nil
  }

  private static func otherUnit(_ part: Substring) -> Substring? {
    if otherUnits.contains(String(part)) { return part }
    for prefix in prefixes where part.hasPrefix(prefix) {
      let rest = String(part.dropFirst(prefix.utf8.count))
      if baseUnits.contains(rest) || otherUnits.contains(rest) { return part }
    }
    return nil
  }

  private static func isCamelCase(_ name: String) -> Bool {
    zip(name.utf8, name.utf8.dropFirst()).contains { first, second in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
        && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(second)
    }
  }

  private static func isName(_ name: String, colonAllowed: Bool) -> Bool {
    guard let first = name.utf8.first else { return false }
    if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) { return false }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      case UInt8(ascii: ":"): colonAllowed
      default: false
      }
    }
  }
}
