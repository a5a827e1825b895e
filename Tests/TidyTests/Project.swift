import Foundation

/// The project's own files, as text.
enum Project {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  struct File {
    /// Relative to the root.
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
  }

  /// Every Swift file under a folder, generated ones included.
  static func swiftFiles(under folders: String...) -> [File] {
    folders.flatMap { files(under: $0) { $0.hasSuffix(".swift") } }
  }

  static func files(under folder: String, where wanted: (String) -> Bool) -> [File] {
    let base = root.appendingPathComponent(folder)
    let names = FileManager.default.enumerator(atPath: base.path)?.allObjects as? [String] ?? []
    return names.filter(wanted).sorted().compactMap { name in
      (try? String(contentsOf: base.appendingPathComponent(name), encoding: .utf8)).map {
        File(path: folder + "/" + name, text: $0)
      }
    }
  }

  static func read(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }
}
