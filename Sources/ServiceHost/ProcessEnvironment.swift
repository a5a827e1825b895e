#if canImport(Glibc)
  import Glibc
#endif

/// The one place that reads the environment of the process.
package enum ProcessEnvironment {
  /// The environment; outside production, what `.env` in the working directory adds to it. The
  /// environment wins over the file.
  package static func read() -> [String: String] {
    var values: [String: String] = [:]
    var entry = environ
    while let pointer = entry.pointee {
      let text = String(cString: pointer)
      if let equals = text.firstIndex(of: "=") {
        values[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      entry += 1
    }
    guard values["PHOENIX_ENV"] != "production" else { return values }
    return values.merging(parse(file(".env") ?? "")) { environment, _ in environment }
  }

  /// `NAME=value` a line; `#` starts a comment line; single or double quotes around a value fall.
  package static func parse(_ text: String) -> [String: String] {
    var values: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let line = line.drop { $0 == " " || $0 == "\t" }
      guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { continue }
      var name = line[..<equals]
      if name.hasPrefix("export ") { name = name.dropFirst(7) }
      while name.last == " " { name = name.dropLast() }
      var value = line[line.index(after: equals)...].drop { $0 == " " }
      while value.last == " " || value.last == "\t" { value = value.dropLast() }
      if value.count >= 2, let quote = value.first, quote == value.last,
        quote == "\"" || quote == "'"
      {
        value = value.dropFirst().dropLast()
      }
      values[String(name)] = String(value)
    }
    return values
  }

  private static func file(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 256 * 1024)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}

/// How a program of ours ends when it cannot start.
package enum ProcessExit {
  /// Says why on standard error, one line, and ends with status 1 (2 for bad settings).
  package static func fail(_ program: String, _ error: any Error) -> Never {
    let isSettings = error is SettingsError
    let lines =
      (error as? SettingsError).map { $0.faults.map { "\(program): \($0)" } }
      ?? ["\(program): \(error)"]
    for line in lines {
      let bytes = Array((line + "\n").utf8)
      _ = write(STDERR_FILENO, bytes, bytes.count)
    }
    exit(isSettings ? 2 : 1)
  }
}
