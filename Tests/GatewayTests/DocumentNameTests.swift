import Gateway
import Testing
import WorkerAPI

@Suite struct DocumentNameTests {
  @Test(arguments: [
    ("lettre.pdf", "lettre.pdf"), ("../../etc/passwd", "passwd"), (#"C:\Docs\a.pdf"#, "a.pdf"),
    ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"), ("\u{202E}fdp.exe", "fdp.exe"),
    ("   ", "document.pdf"), ("", "document.pdf"), (".htaccess", "htaccess"),
    ("e\u{301}te\u{301}.pdf", "été.pdf"), ("/", "document.pdf"),
  ]) func cleansNames(_ said: String, _ kept: String) {
    #expect(DocumentName.clean(said, type: .pdf) == kept)
  }

  @Test func namesWhatHasNone() {
    #expect(DocumentName.clean(nil, type: .jpeg) == "document.jpg")
  }

  @Test func cutsLongNamesAndKeepsTheirEnding() {
    let name = DocumentName.clean(String(repeating: "é", count: 500) + ".pdf", type: .pdf)
    #expect(name.unicodeScalars.count == 200)
    #expect(name.hasSuffix("é.pdf"))
  }

  @Test func saysNamesSafely() {
    #expect(
      DocumentName.disposition("été \"2026\";.pdf")
        == "attachment; filename=\"_t_ _2026__.pdf\"; "
        + "filename*=UTF-8''%C3%A9t%C3%A9%20%222026%22%3B.pdf")
  }

  @Test(
    arguments: [
      (nil, ByteRange.whole), ("bytes=0-0", .part(0...0)), ("bytes=10-", .part(10...99)),
      ("bytes=-5", .part(95...99)), ("bytes=-500", .part(0...99)), ("bytes=90-500", .part(90...99)),
      ("bytes=100-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=5-4", .whole),
      ("bytes=0-1,5-6", .whole), ("bytes=", .whole), ("bytes=-", .whole), ("lines=1-2", .whole),
      ("bytes=a-b", .whole), ("bytes=+1-2", .whole), ("BYTES= 1 - 2", .part(1...2)),
      ("bytes=99999999999999999999-", .unsatisfiable),
      ("bytes=0-99999999999999999999", .part(0...99)),
    ] as [(String?, ByteRange)]) func readsRanges(_ header: String?, _ range: ByteRange)
  {
    #expect(ByteRange(header, sizeBytes: 100) == range)
  }

  @Test func knowsFilesByTheirFirstBytes() {
    #expect(DocumentType(sniffing: Array("%PDF-1.7".utf8)) == .pdf)
    #expect(DocumentType(sniffing: [0x89] + Array("PNG\r\n\u{1A}\n".utf8)) == .png)
    #expect(DocumentType(sniffing: [0xFF, 0xD8, 0xFF, 0xE0]) == .jpeg)
    #expect(DocumentType(sniffing: Array("RIFF1234WEBP".utf8)) == .webp)
    for other in ["", "%PDF", "<html>", "GIF89a", "PK\u{3}\u{4}", "RIFF1234WAVE", " %PDF-1.4"] {
      #expect(DocumentType(sniffing: Array(other.utf8)) == nil, "\(other)")
    }
    #expect(DocumentType.pdf.compare(with: "Application/PDF; a=b") == .matches)
    #expect(DocumentType.jpeg.compare(with: "image/jpg") == .matches)
    #expect(DocumentType.png.compare(with: "application/octet-stream") == .silent)
    #expect(DocumentType.png.compare(with: "text/html") == .contradicts)
  }
}
