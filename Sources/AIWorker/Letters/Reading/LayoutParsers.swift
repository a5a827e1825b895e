/// Reads what `pdftotext -bbox-layout` writes: XHTML with a box for every word.
enum PDFLayoutParser {
  /// Words of one document at most; what follows is not read.
  static let wordsMax = 20_000

  /// One layout a page; pages without text are empty ones.
  static func pages(_ xml: String) -> [PageLayout] {
    var pages: [PageLayout] = []
    var words = 0
    for line in xml.split(separator: "\n") where words < wordsMax {
      let line = line.drop { $0 == " " }
      if line.hasPrefix("<page ") {
        pages.append(PageLayout())
      } else if line.hasPrefix("<block "), !pages.isEmpty {
        pages[pages.count - 1].paragraphs.append([])
      } else if line.hasPrefix("<line "), pages.last?.paragraphs.isEmpty == false {
        let last = pages.count - 1
        pages[last].paragraphs[pages[last].paragraphs.count - 1].append([])
      } else if line.hasPrefix("<word "), let word = word(line) {
        words += 1
        append(word, to: &pages)
      }
    }
    return pages
  }

  private static func append(_ word: PageLayout.Word, to pages: inout [PageLayout]) {
    guard let page = pages.indices.last, let block = pages[page].paragraphs.indices.last,
      let line = pages[page].paragraphs[block].indices.last
    else { return }
    pages[page].paragraphs[block][line].append(word)
  }

  private static func word(_ line: Substring) -> PageLayout.Word? {
    guard let end = line.firstIndex(of: ">"), let close = line.range(of: "</word>") else {
      return nil
    }
    let tag = line[..<end]
    guard let left = number("xMin", tag), let top = number("yMin", tag),
      let right = number("xMax", tag), let bottom = number("yMax", tag)
    else { return nil }
    let text = unescaped(line[line.index(after: end)..<close.lowerBound])
    guard !text.isEmpty else { return nil }
    return PageLayout.Word(text: text, left: left, top: top, right: right, bottom: bottom)
  }

  private static func number(_ name: String, _ tag: Substring) -> Double? {
    guard let start = tag.range(of: name + "=\"") else { return nil }
    return Double(tag[start.upperBound...].prefix { $0 != "\"" }).flatMap { $0.isFinite ? $0 : nil }
  }

  private static func unescaped(_ text: Substring) -> String {
    guard text.contains("&") else { return String(text) }
    return String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&apos;", with: "'")
      .replacing("&amp;", with: "&")
  }
}

extension Substring {
  /// Where `text` stands first.
  fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}

/// Reads what `tesseract … tsv` writes: one line a word, with its box and the trust in it.
enum RecognitionParser {
  /// The page, and the mean trust in its words from 0 to 100; nil where no word was found.
  static func page(_ tsv: String) -> (layout: PageLayout, confidence: Double)? {
    var layout = PageLayout()
    var key: [Substring] = []
    var (sum, count) = (0.0, 0)
    for row in tsv.split(separator: "\n").dropFirst() where count < PDFLayoutParser.wordsMax {
      let fields = row.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count >= 12, fields[0] == "5", let left = Double(fields[6]),
        let top = Double(fields[7]), let width = Double(fields[8]), let height = Double(fields[9]),
        let trust = Double(fields[10])
      else { continue }
      let text = fields[11].filter { !$0.isWhitespace }
      // Specks and rules are read as lone signs.
      guard !text.isEmpty, trust > 20 || text.count > 2, text.contains(where: Self.means) else {
        continue
      }
      let place = Array(fields[2...4])
      if place.first != key.first || layout.paragraphs.isEmpty { layout.paragraphs.append([]) }
      let paragraph = layout.paragraphs.count - 1
      if place != key { layout.paragraphs[paragraph].append([]) }
      key = place
      layout.paragraphs[paragraph][layout.paragraphs[paragraph].count - 1].append(
        PageLayout.Word(
          text: text, left: left, top: top, right: left + width, bottom: top + height))
      sum += trust
      count += 1
    }
    return count == 0 ? nil : (layout, sum / Double(count))
  }

  private static func means(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "%€:–—-".contains(character)
  }
}
