/// How a French word sounds, roughly: `tutel` and `tutelle`, `otonome` and `autonome` are one.
///
/// For words that nobody knows as they are written: text messages are spelled by ear. It takes
/// folded words (no accents, lower case) and gives a key that is only good to be compared.
enum FrenchPhonetics {
  /// The key; empty where nothing is left.
  static func key(_ word: String) -> String {
    var letters = Array(word.utf8)
    letters = simple(letters)
    var sounds: [UInt8] = []
    var index = 0
    while index < letters.count {
      index += append(letters, index, to: &sounds)
    }
    return String(decoding: trimmed(sounds), as: UTF8.self)
  }

  /// Double letters as one, no `h` but in `ch` and `ph`, silent ends off.
  private static func simple(_ word: [UInt8]) -> [UInt8] {
    var letters: [UInt8] = []
    for (index, letter) in word.enumerated() {
      if letter == h, index == 0 || (word[index - 1] != c && word[index - 1] != p) { continue }
      // `ss` keeps its sound between vowels.
      if letter == letters.last, letter != s { continue }
      letters.append(letter)
    }
    // `emmener`, `emmené`, `emmenez`: one sound.
    if letters.count > 4, letters.suffix(2).elementsEqual([e, r]) { letters.removeLast(2) }
    while letters.count > 3, let last = letters.last, silent.contains(last) { letters.removeLast() }
    return letters
  }

  /// Writes the sound at `index`; returns how many letters it takes.
  private static func append(_ word: [UInt8], _ index: Int, to sounds: inout [UInt8]) -> Int {
    for rule in rules[word[index]] ?? [] where matches(word, index, rule.letters) {
      let next = index + rule.letters.count < word.count ? word[index + rule.letters.count] : 0
      if rule.isNasal, vowels.contains(next) || next == n || next == m { continue }
      if rule.isSoft, !soft.contains(next) { continue }
      if sounds.last != rule.sound { sounds.append(rule.sound) }
      return rule.letters.count
    }
    let isVoiced =
      word[index] == s && index > 0 && index + 1 < word.count && vowels.contains(word[index - 1])
      && vowels.contains(word[index + 1])
    let sound = isVoiced ? z : word[index]
    if sounds.last != sound { sounds.append(sound) }
    return 1
  }

  private static func matches(_ word: [UInt8], _ index: Int, _ letters: [UInt8]) -> Bool {
    index + letters.count <= word.count
      && word[index..<(index + letters.count)].elementsEqual(letters)
  }

  /// Without a silent `e` at the end.
  private static func trimmed(_ sounds: [UInt8]) -> [UInt8] {
    var sounds = sounds
    while sounds.count > 2, sounds.last == e { sounds.removeLast() }
    return sounds
  }

  private struct Rule {
    let letters: [UInt8]
    let sound: UInt8
    /// Only before a consonant or at the end: `an`, not `ane`.
    let isNasal: Bool
    /// Only before `e`, `i`, `y`.
    let isSoft: Bool
  }

  /// By first letter, the longest first.
  private static let rules: [UInt8: [Rule]] = {
    let plain: [(String, Character)] = [
      ("eau", "o"), ("au", "o"), ("ph", "f"), ("ch", "S"), ("gn", "N"), ("qu", "k"), ("q", "k"),
      ("ck", "k"), ("oi", "W"), ("ou", "U"), ("oeu", "9"), ("eu", "9"), ("ai", "e"), ("ei", "e"),
      ("ay", "e"), ("tion", "T"), ("sion", "T"), ("ssion", "T"), ("ss", "s"), ("y", "i"),
      ("w", "v"), ("ill", "i"), ("il", "i"), ("gu", "g"), ("k", "k"), ("x", "s"),
    ]
    let nasal: [(String, Character)] = [
      ("ain", "1"), ("ein", "1"), ("in", "1"), ("im", "1"), ("un", "1"), ("en", "2"), ("em", "2"),
      ("an", "2"), ("am", "2"), ("on", "3"), ("om", "3"),
    ]
    let soft: [(String, Character)] = [("c", "s"), ("g", "j")]
    let all =
      plain.map { rule($0, false, false) } + nasal.map { rule($0, true, false) }
      + soft.map { rule($0, false, true) } + [rule(("c", "k"), false, false)]
    return Dictionary(grouping: all) { $0.letters[0] }.mapValues {
      $0.sorted { $0.letters.count > $1.letters.count }
    }
  }()

  private static func rule(_ pair: (String, Character), _ isNasal: Bool, _ isSoft: Bool) -> Rule {
    Rule(
      letters: Array(pair.0.utf8), sound: pair.1.asciiValue ?? 0, isNasal: isNasal,
      isSoft: isSoft)
  }

  private static let h = UInt8(ascii: "h")
  private static let c = UInt8(ascii: "c")
  private static let p = UInt8(ascii: "p")
  private static let r = UInt8(ascii: "r")
  private static let s = UInt8(ascii: "s")
  private static let n = UInt8(ascii: "n")
  private static let m = UInt8(ascii: "m")
  private static let e = UInt8(ascii: "e")
  private static let z = UInt8(ascii: "z")
  private static let silent = Set("estdxpz".utf8)
  private static let vowels = Set("aeiouy".utf8)
  private static let soft = Set("eiy".utf8)
}
