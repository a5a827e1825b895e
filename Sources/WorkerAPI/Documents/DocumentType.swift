/// The kinds of file that are taken, known by their first bytes and never by their name.
package enum DocumentType: String, Sendable, Hashable, CaseIterable, Codable {
  case pdf = "application/pdf"
  case png = "image/png"
  case jpeg = "image/jpeg"
  case webp = "image/webp"

  /// Bytes that are enough to tell.
  package static let sniffedBytes = 12

  /// The media type.
  package var contentType: String { rawValue }

  /// The kind of a file that begins with these bytes; nil for any other, or for too few bytes.
  package init?(sniffing bytes: some Collection<UInt8>) {
    let head = Array(bytes.prefix(Self.sniffedBytes))
    func begins(_ magic: [UInt8], at offset: Int = 0) -> Bool {
      head.count >= offset + magic.count && head[offset...].starts(with: magic)
    }
    if begins(Array("%PDF-".utf8)) {
      self = .pdf
    } else if begins([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if begins([0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if begins(Array("RIFF".utf8)), begins(Array("WEBP".utf8), at: 8) {
      self = .webp
    } else {
      return nil
    }
  }

  /// What a client's declared media type says of this kind.
  package enum Declaration: Sendable, Hashable {
    /// It names this kind.
    case matches
    /// It names none: absent, or `application/octet-stream`.
    case silent
    /// It names something else.
    case contradicts
  }

  /// Compares with a `Content-Type`, parameters and case aside.
  package func compare(with declared: String?) -> Declaration {
    let type = (declared ?? "").prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
    if type.isEmpty || type == "application/octet-stream" { return .silent }
    // What some phones and old browsers say.
    let plain = ["image/jpg": "image/jpeg", "application/x-pdf": "application/pdf"][type] ?? type
    return plain == rawValue ? .matches : .contradicts
  }
}
