import Foundation
import Testing

/// The project's rules that a compiler does not know.
@Suite struct RulesTests {
  private let sources = Project.swiftFiles(under: "Sources", "loadtest")

  /// Text that must not stand in a source, and where it may.
  private static let forbidden: [(text: String, allowed: [String])] = [
    ("fatalError(", []), ("try!", []), ("as!", []), ("@testable", []), (" print(", []),
    (" Date()", []), ("ProcessInfo", []), ("getenv(", []),
    ("environ", ["Sources/ServiceHost/ProcessEnvironment.swift"]),
    ("TODO", []), ("FIXME", []), ("XXX", []),
  ]

  @Test func forbiddenCallsStandNowhere() {
    for file in sources {
      for (number, line) in file.lines.enumerated() {
        let code = line.drop { $0 == " " }
        if code.hasPrefix("//") || code.hasPrefix("\"") { continue }
        for (text, allowed) in Self.forbidden where line.contains(text) {
          let isWord =
            text != "environ" || line.contains(" environ\n") || line.hasSuffix(" environ")
          #expect(
            !isWord || allowed.contains(file.path), "\(file.path):\(number + 1) has \(text)")
        }
      }
    }
  }

  @Test func linesFitAHundredColumns() {
    for file in sources where !file.path.contains("/Generated/") {
      var isLiteral = false
      for (number, line) in file.lines.enumerated() {
        if line.components(separatedBy: "\"\"\"").count == 2 { isLiteral.toggle() }
        // A literal that may not be broken is the one reason.
        #expect(
          line.count <= 100 || isLiteral || line.contains("\""),
          "\(file.path):\(number + 1) has \(line.count) columns")
      }
    }
  }

  @Test func everyPackageDeclarationSaysWhatItIs() {
    for file in sources where !file.path.contains("/Generated/") {
      let lines = file.lines
      for (number, line) in lines.enumerated() {
        let code = line.drop { $0 == " " }
        guard
          ["struct", "class", "enum", "actor", "protocol"].contains(where: {
            code.hasPrefix("package \($0) ") || code.hasPrefix("package final \($0) ")
          })
        else { continue }
        var above = number - 1
        while above >= 0, lines[above].drop(while: { $0 == " " }).hasPrefix("@") { above -= 1 }
        let comment = above >= 0 ? lines[above].drop { $0 == " " } : ""
        #expect(comment.hasPrefix("///"), "\(file.path):\(number + 1) has no sentence")
      }
    }
  }

  @Test func everyCodeOfAFieldIsDocumentedAndTheReverse() throws {
    let text = try Project.read("docs/errors.md")
    let start = try #require(text.range(of: "Codes of `errors[]`:"))
    let documented = Set(
      text[start.upperBound...].matches(of: /`([a-z_]+)`/).map { String($0.1) })
    var used: Set<String> = []
    for file in Project.swiftFiles(under: "Sources/Gateway") {
      for match in file.text.matches(
        of: /[fF]ault\(\s*(?:name|"[^\n]*?"|String\([^\n]*?\)), "([a-z_]+)"/)
      {
        used.insert(String(match.1))
      }
      for match in file.text.matches(of: /code: "([a-z_]+)",\s*message:/) {
        used.insert(String(match.1))
      }
    }
    used.formUnion(
      try Project.read("Sources/Gateway/Identity/PasswordPolicy.swift")
        .matches(of: /"(too_[a-z]+)"/).map { String($0.1) })
    #expect(documented.count > 10)
    #expect(used.subtracting(documented) == [], "not in docs/errors.md")
    #expect(documented.subtracting(used) == [], "in docs/errors.md, but never sent")
  }

  @Test func everyErrorCodeIsDocumentedAndTheReverse() throws {
    let documented = Set(
      try Project.read("docs/errors.md").split(separator: "\n").compactMap { line -> String? in
        guard line.hasPrefix("| `") else { return nil }
        return line.dropFirst(3).split(separator: "`").first.map(String.init)
      })
    var used: Set<String> = []
    for file in Project.swiftFiles(under: "Sources/Gateway", "Sources/ServiceHost") {
      for match in file.text.matches(of: /code: "([a-z_]+)", title:/) {
        used.insert(String(match.1))
      }
    }
    for match in try Project.read("Sources/ServiceHost/AdminApplication.swift")
      .matches(of: /: "([a-z]+_[a-z_]+)"$/.anchorsMatchLineEndings())
    {
      used.insert(String(match.1))
    }
    #expect(documented.count > 15)
    #expect(used.subtracting(documented) == [], "not in docs/errors.md")
    #expect(documented.subtracting(used) == [], "in docs/errors.md, but never sent")
  }
}
