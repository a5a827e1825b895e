#if canImport(Glibc)
  import Glibc
#endif

/// Reads settings from an environment and keeps every fault, so that a start-up error lists all of
/// them at once.
///
/// ```swift
/// var reader = SettingsReader(environment)
/// let port = reader.port("PHOENIX_PORT", default: 3000)
/// try reader.finish()   // throws SettingsError with every fault found
/// ```
///
/// A value may come from a file: `NAME_FILE` names one. A name that starts with `PHOENIX_` and that
/// neither program knows is a fault: a misspelt limit must not silently be the default.
package struct SettingsReader: Sendable {
  private let environment: [String: String]
  /// What is wrong, a sentence each.
  package private(set) var faults: [String] = []

  package init(_ environment: [String: String]) { self.environment = environment }

  /// Every setting of the contract; both programs know the names of both.
  package static let knownNames: Set<String> = [
    "PHOENIX_ENV", "PHOENIX_HOST", "PHOENIX_PORT", "PHOENIX_ADMIN_HOST", "PHOENIX_ADMIN_PORT",
    "PHOENIX_ADMIN_TOKEN", "PHOENIX_PUBLIC_URL", "PHOENIX_SECRET_KEY",
    "PHOENIX_SECRET_KEY_PREVIOUS", "PHOENIX_OWNER_DATABASE_URL", "PHOENIX_LISTEN_DATABASE_URL",
    "PHOENIX_AI_WORKERS", "PHOENIX_WORKER_TOKEN", "PHOENIX_AI_DEADLINE", "PHOENIX_ALLOWED_ORIGINS",
    "PHOENIX_RATE_LIMIT", "PHOENIX_LOGIN_LIMIT", "PHOENIX_TRUSTED_PROXIES", "PHOENIX_LOG_DIR",
    "PHOENIX_LOG_LEVEL", "PHOENIX_LOG_SUCCESS_RATE", "PHOENIX_JSON_BYTES_MAX",
    "PHOENIX_UPLOAD_BYTES_MAX",
    "PHOENIX_USER_BYTES_MAX", "PHOENIX_DRAIN_DELAY", "PHOENIX_DRAIN_TIMEOUT",
    "PHOENIX_RETENTION_DAYS", "PHOENIX_CACHE_ENTRIES", "PHOENIX_CACHE_TTL",
    "PHOENIX_CACHE_SNAPSHOT", "PHOENIX_EMBEDDING_CACHE",
  ]

  /// Notes a fault of the caller's finding.
  package mutating func fault(_ sentence: String) { faults.append(sentence) }

  /// The value of `name`, or of the file that `name_FILE` names; nil where neither is set.
  package mutating func string(_ name: String) -> String? {
    if let value = environment[name], !value.isEmpty { return value }
    guard let path = environment[name + "_FILE"], !path.isEmpty else { return nil }
    guard let text = Self.read(path) else {
      fault("\(name)_FILE: the file cannot be read")
      return nil
    }
    return text
  }

  /// A string with a default.
  package mutating func string(_ name: String, default value: String) -> String {
    string(name) ?? value
  }

  /// A whole number within `range`.
  package mutating func int(_ name: String, default value: Int, in range: ClosedRange<Int>) -> Int {
    guard let text = string(name) else { return value }
    guard let number = Int(text), range.contains(number) else {
      fault("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
      return value
    }
    return number
  }

  /// A TCP port; 0 lets the kernel choose.
  package mutating func port(_ name: String, default value: Int) -> Int {
    int(name, default: value, in: 0...65535)
  }

  /// Bytes: a number, or one with `KiB`, `MiB`, `GiB`.
  package mutating func bytes(_ name: String, default value: Int) -> Int {
    guard let text = string(name) else { return value }
    for (unit, factor) in [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("", 1)]
    where text.hasSuffix(unit) {
      let digits = text.dropLast(unit.count)
      guard let number = Int(digits.trimmed), number > 0, number <= (1 << 40) / factor else {
        break
      }
      return number * factor
    }
    fault("\(name) must be a number of bytes, as in 65536 or 64KiB")
    return value
  }

  /// A duration: `500ms`, `30s`, `15m`, `24h`, or a number of seconds.
  package mutating func duration(_ name: String, default value: Duration) -> Duration {
    guard let text = string(name) else { return value }
    if let duration = Duration(setting: text) { return duration }
    fault("\(name) must be a duration, as in 500ms, 30s, 15m or 24h")
    return value
  }

  /// `200/15m`: so many in any window of that length; nil for `off`.
  package mutating func rate(
    _ name: String, default value: (count: Int, window: Duration), mayBeOff: Bool
  ) -> (count: Int, window: Duration)? {
    guard let text = string(name) else { return value }
    if text == "off" {
      if !mayBeOff { fault("\(name) may be off only outside production") }
      return nil
    }
    let parts = text.split(separator: "/", maxSplits: 1)
    guard parts.count == 2, let count = Int(parts[0]), count > 0, count <= 1_000_000,
      let window = Duration(setting: String(parts[1])), window > .zero
    else {
      fault("\(name) must be a rate, as in 200/15m, or off")
      return value
    }
    return (count, window)
  }

  /// One of `values`.
  package mutating func choice(_ name: String, default value: String, of values: [String])
    -> String
  {
    guard let text = string(name) else { return value }
    guard values.contains(text) else {
      fault("\(name) must be one of \(values.joined(separator: ", "))")
      return value
    }
    return text
  }

  /// A comma-separated list; empty where unset.
  package mutating func list(_ name: String) -> [String] {
    (string(name) ?? "").split(separator: ",").map { String($0.trimmed) }.filter { !$0.isEmpty }
  }

  /// Throws every fault found, unknown `PHOENIX_` names included.
  package mutating func finish() throws(SettingsError) {
    for name in environment.keys.sorted() where name.hasPrefix("PHOENIX_") {
      let plain = name.hasSuffix("_FILE") ? String(name.dropLast(5)) : name
      // Names for the test suite travel through the same environment.
      if !Self.knownNames.contains(plain), !name.hasPrefix("PHOENIX_TEST_") {
        fault("\(name) is not a setting; see .env.example")
      }
    }
    if !faults.isEmpty { throw SettingsError(faults: faults) }
  }

  private static func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 64 * 1024)
    let count = fread(&bytes, 1, bytes.count, file)
    guard ferror(file) == 0 else { return nil }
    return String(String(decoding: bytes[..<count], as: UTF8.self).trimmed)
  }
}

/// Every fault of a start-up's settings.
package struct SettingsError: Error, Sendable, CustomStringConvertible {
  /// A sentence each.
  package let faults: [String]

  package init(faults: [String]) { self.faults = faults }

  package var description: String {
    "settings: " + faults.joined(separator: "; ")
  }
}

extension Duration {
  /// `500ms`, `30s`, `15m`, `24h`, `7d`, or a number of seconds; nil for anything else.
  package init?(setting text: String) {
    let units: [(String, Int)] = [
      ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("", 1000),
    ]
    for (unit, milliseconds) in units where text.hasSuffix(unit) {
      guard let number = Int(text.dropLast(unit.count)), number >= 0, number <= 1_000_000_000
      else { continue }
      self = .milliseconds(number * milliseconds)
      return
    }
    return nil
  }

  /// Whole nanoseconds.
  package var nanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }

  /// Seconds, with fractions.
  package var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}

extension StringProtocol {
  fileprivate var trimmed: SubSequence {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
    while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
    return rest
  }
}
