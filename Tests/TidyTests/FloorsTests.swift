import Foundation
import Testing

/// The floors of docs/architecture.md against what the files import.
@Suite struct FloorsTests {
  /// What each module of ours may import of ours. A module that is not named here fails the test.
  static let mayImport: [String: Set<String>] = [
    "Reactor": ["CLinux"], "Resilience": [], "Prometheus": [], "JSONLogging": [],
    "Cryptography": ["COpenSSL"], "Compression": ["CZlib"],
    "Postgres": ["CLibPQ", "Reactor", "Resilience"],
    "Upstream": ["CCurl", "Reactor", "Resilience"],
    "Telemetry": ["Prometheus", "JSONLogging", "Postgres", "Upstream"],
    "Knowledge": [],
    "ServiceHost": ["Telemetry", "Prometheus", "Compression"],
    "WorkerAPI": ["Knowledge", "Cryptography"],
    "Gateway": [
      "ServiceHost", "WorkerAPI", "Telemetry", "Postgres", "Upstream", "Reactor", "Resilience",
      "Prometheus", "JSONLogging", "Cryptography", "Compression", "Knowledge",
    ],
    "AIWorker": [
      "ServiceHost", "WorkerAPI", "Knowledge", "Telemetry", "Prometheus", "JSONLogging",
      "Cryptography",
      "Compression", "Upstream", "Reactor", "Resilience",
    ],
    "LoadTest": [], "GeminiSimulator": [],
    "GatewayMain": ["Gateway", "ServiceHost"], "AIWorkerMain": ["AIWorker", "ServiceHost"],
    "LoadTestMain": ["LoadTest"], "GeminiSimulatorMain": ["GeminiSimulator"],
  ]

  static let cModules: Set = ["CCurl", "CLibPQ", "COpenSSL", "CZlib", "CLinux"]

  private func imports(of file: Project.File) -> [String] {
    file.lines.compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard let index = words.firstIndex(of: "import"), index <= 2,
        words[..<index].allSatisfy({
          ["package", "public", "internal", "private", "@preconcurrency"].contains($0)
        }), words.count > index + 1
      else { return nil }
      let name =
        ["struct", "class", "enum", "func", "protocol"].contains(words[index + 1])
        ? words[index + 2] : words[index + 1]
      return String(name.prefix { $0 != "." })
    }
  }

  @Test func everyImportGoesDown() {
    let ours = Set(Self.mayImport.keys).union(Self.cModules)
    let files = Project.swiftFiles(under: "Sources", "loadtest")
    #expect(files.count > 100)
    for file in files {
      let module = file.path.split(separator: "/")[1]
      guard let allowed = Self.mayImport[String(module)] else {
        Issue.record("\(file.path): module \(module) has no place among the floors")
        continue
      }
      for name in imports(of: file) where ours.contains(name) {
        #expect(allowed.contains(name), "\(file.path) imports \(name)")
      }
    }
  }

  @Test func everyModuleStandsInTheArchitecture() throws {
    let text = try Project.read("docs/architecture.md")
    for module in Self.mayImport.keys {
      #expect(text.contains("`\(module)`"), "\(module) is not in docs/architecture.md")
    }
    for module in Self.cModules {
      #expect(text.contains("`\(module)`"), "\(module) is not in docs/architecture.md")
    }
  }
}
