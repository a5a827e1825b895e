import Foundation

/// Writes small PDF files: lines of Helvetica, as a letter has them.
enum LetterPDF {
  /// A text and where it begins; y grows upwards.
  struct Text {
    let x: Int
    let y: Int
    let text: String
  }

  /// Lines of a letter from top to bottom; a tab begins a column, 130 points further.
  static func letter(_ lines: [String]) -> [UInt8] {
    var texts: [Text] = []
    for (index, line) in lines.enumerated() {
      for (column, cell) in line.split(separator: "\t", omittingEmptySubsequences: false)
        .enumerated()
      where !cell.isEmpty {
        texts.append(Text(x: 50 + 150 * column, y: 790 - 18 * index, text: String(cell)))
      }
    }
    return document(pages: [texts])
  }

  /// A ruled line or frame: left, bottom, width, height.
  typealias Rule = (x: Int, y: Int, width: Int, height: Int)

  static func document(
    pages: [[Text]], rules: [Rule] = [], extra: String = ""
  ) -> [UInt8] {
    var objects = [
      "<</Type/Catalog/Pages 2 0 R>>",
      "<</Type/Pages/Count \(pages.count)/Kids["
        + pages.indices.map { "\(4 + 2 * $0) 0 R" }.joined(separator: " ") + "]>>",
      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ].map { Array($0.utf8) }
    for (index, texts) in pages.enumerated() {
      objects.append(
        Array(
          ("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents \(5 + 2 * index) 0 R"
            + "/Resources<</Font<</F1 3 0 R>>>>>>").utf8))
      var stream = Array(
        rules.map { "\($0.x) \($0.y) \($0.width) \($0.height) re S\n" }.joined().utf8)
      for text in texts {
        stream += Array("BT /F1 11 Tf \(text.x) \(text.y) Td (".utf8) + winAnsi(text.text)
        stream += Array(") Tj ET\n".utf8)
      }
      objects.append(
        Array("<</Length \(stream.count)>>stream\n".utf8) + stream + Array("\nendstream".utf8))
    }
    return file(objects, trailer: extra)
  }

  /// Objects as a file with its table.
  static func file(_ objects: [[UInt8]], trailer: String = "") -> [UInt8] {
    var bytes = Array("%PDF-1.4\n".utf8)
    var offsets: [Int] = []
    for (index, object) in objects.enumerated() {
      offsets.append(bytes.count)
      bytes += Array("\(index + 1) 0 obj\n".utf8) + object + Array("\nendobj\n".utf8)
    }
    let start = bytes.count
    bytes += Array("xref\n0 \(objects.count + 1)\n0000000000 65535 f \n".utf8)
    for offset in offsets {
      let digits = String(offset)
      let padded = String(repeating: "0", count: 10 - digits.count) + digits
      bytes += Array("\(padded) 00000 n \n".utf8)
    }
    return bytes
      + Array(
        "trailer<</Size \(objects.count + 1)/Root 1 0 R\(trailer)>>\nstartxref\n\(start)\n%%EOF\n"
          .utf8)
  }

  private static func winAnsi(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      switch scalar {
      case "(", ")", "\\": bytes += [UInt8(ascii: "\\"), UInt8(scalar.value)]
      case "€": bytes.append(0x80)
      case "’": bytes.append(0x92)
      case "–": bytes.append(0x96)
      case "œ": bytes.append(0x9C)
      default: bytes.append(scalar.value < 256 ? UInt8(scalar.value) : UInt8(ascii: "?"))
      }
    }
    return bytes
  }
}
