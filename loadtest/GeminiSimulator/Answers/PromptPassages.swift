/// What of a prompt an answer can be made of: passages between `<passage …>` and `</passage>`, and
/// the question between `<question>` and `</question>`, or else the last line.
struct PromptPassages {
  /// Each with the number by which an answer refers to it: the first of its mark, else its place.
  let passages: [(number: Int, text: String)]
  let question: String

  init(_ prompt: String) {
    passages = Self.blocks("passage", in: prompt).enumerated().map { place, block in
      let number = block.mark.split { !$0.isNumber }.first.flatMap { Int($0) }
      return (number ?? place + 1, block.text)
    }
    let lines = prompt.split(separator: "\n").map(String.init)
    question = Self.blocks("question", in: prompt).last?.text ?? lines.last ?? ""
  }

  private static func blocks(_ name: String, in text: String) -> [(mark: String, text: String)] {
    var found: [(mark: String, text: String)] = []
    var rest = text[...]
    while let open = rest.range(ofText: "<" + name) {
      rest = rest[open.upperBound...]
      guard let end = rest.firstIndex(of: ">"),
        let close = rest[end...].range(ofText: "</" + name + ">")
      else { break }
      let block = rest[rest.index(after: end)..<close.lowerBound]
      found.append((String(rest[..<end]), block.split(separator: "\n").joined(separator: "\n")))
      rest = rest[close.upperBound...]
    }
    return found
  }

  /// The sentences of a passage: a full stop within a number or an abbreviation ends none.
  static func sentences(_ text: String) -> [String] {
    var sentences: [String] = []
    var current = ""
    let characters = Array(text)
    for (index, character) in characters.enumerated() {
      if character == "\n" {
        sentences.append(current)
        current = ""
        continue
      }
      current.append(character)
      let next = index + 1 < characters.count ? characters[index + 1] : " "
      if ".!?".contains(character), next.isWhitespace, current.count > 20 {
        sentences.append(current)
        current = ""
      }
    }
    sentences.append(current)
    return sentences.map { $0.trimmingSpaces }.filter { $0.count > 12 }
  }

  /// The words of a text that say something, without case and accents.
  static func words(_ text: String) -> Set<String> {
    let plain = text.lowercased().map { plainLetters[$0] ?? $0 }
    let words = plain.split { !$0.isLetter && !$0.isNumber }.filter { $0.count > 2 }
    return Set(words.map { String($0.prefix(6)) })
  }

  private static let plainLetters: [Character: Character] = {
    var plain: [Character: Character] = [:]
    for (letter, accented) in [
      ("a", "àâä"), ("e", "éèêë"), ("i", "îï"), ("o", "ôö"), ("u", "ùûü"), ("c", "ç"),
    ] as [(Character, String)] {
      for character in accented { plain[character] = letter }
    }
    return plain
  }()
}

extension StringProtocol {
  /// The first place of a text, compared as it is.
  func range(ofText text: String) -> Range<Index>? {
    let wanted = Array(text.utf8)
    let bytes = utf8
    var start = bytes.startIndex
    while let first = bytes[start...].firstIndex(of: wanted[0]) {
      if bytes[first...].starts(with: wanted) {
        return first..<bytes.index(first, offsetBy: wanted.count)
      }
      start = bytes.index(after: first)
    }
    return nil
  }

  var trimmingSpaces: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
    while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
    return String(rest)
  }
}
