import Foundation
package import WorkerAPI

/// The name of a file: what a client said, made harmless, and as a download says it again.
package enum DocumentName {
  private static let charactersMax = 200

  /// The last component of what was said, in NFC, without control characters or white space at its
  /// ends, at most 200 characters with its extension kept; a name of ours where nothing is left.
  package static func clean(_ said: String?, type: DocumentType) -> String {
    let last = (said ?? "").split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
    var name = String.UnicodeScalarView()
    for scalar in last.precomposedStringWithCanonicalMapping.unicodeScalars {
      switch scalar.properties.generalCategory {
      // Format characters could turn the reading direction, and so disguise an extension.
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse:
        continue
      default: name.append(scalar)
      }
    }
    var text = String(name).trimmingCharacters(in: .whitespaces)
    while text.hasPrefix(".") { text.removeFirst() }
    if text.isEmpty { return "document." + fileExtension(type) }
    guard text.unicodeScalars.count > charactersMax else { return text }
    let dot = text.lastIndex(of: ".").map { text[$0...] } ?? ""
    let ending = dot.unicodeScalars.count <= 8 ? String(dot) : ""
    let kept = text.unicodeScalars.prefix(charactersMax - ending.unicodeScalars.count)
    return String(String.UnicodeScalarView(kept)) + ending
  }

  private static func fileExtension(_ type: DocumentType) -> String {
    switch type {
    case .pdf: "pdf"
    case .png: "png"
    case .jpeg: "jpg"
    case .webp: "webp"
    }
  }

  /// `Content-Disposition` (RFC 6266): an ASCII name for old clients, and the real one (RFC 8187).
  package static func disposition(_ name: String) -> String {
    var plain = ""
    var encoded = ""
    let safe = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._ ")
    for character in name { plain.append(safe.contains(character) ? character : "_") }
    for byte in name.utf8 {
      let character = Character(Unicode.Scalar(byte))
      if byte < 0x80, safe.contains(character), character != " " {
        encoded.append(character)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        encoded += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(encoded)"
  }
}
