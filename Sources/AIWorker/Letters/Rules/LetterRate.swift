/// The rate of incapacity that a letter states.
enum LetterRate {
  /// `<50`, `50-79`, `>=80`, `<80`; nil where none is stated.
  static func find(in plain: String) -> String? {
    var text = String(plain.map { $0 == "\n" || $0 == "\t" ? " " : $0 })
    for (words, number) in [("cinquante", "50"), ("quatre-vingts", "80"), ("quatre-vingt", "80")] {
      text = text.replacing(words + " pour cent", with: number + " %")
    }
    // Near to where the rate is spoken of, else anywhere.
    for window in windows(text) {
      if let rate = read(window) { return rate }
    }
    return nil
  }

  private static func windows(_ text: String) -> [Substring] {
    var windows: [Substring] = []
    for match in text.matches(of: /taux|incapacite/) {
      let end = text.index(match.range.upperBound, offsetBy: 160, limitedBy: text.endIndex)
      windows.append(text[match.range.lowerBound..<(end ?? text.endIndex)])
    }
    for match in text.matches(of: /taux|incapacite/) {
      let start = text.index(match.range.lowerBound, offsetBy: -80, limitedBy: text.startIndex)
      windows.append(text[(start ?? text.startIndex)..<match.range.upperBound])
    }
    return windows
  }

  /// The rate that is told first: conditions for an aid come after what was found.
  private static func read(_ text: Substring) -> String? {
    var first: (start: Substring.Index, rate: String)?
    func take(_ start: Substring.Index?, _ rate: String) {
      if let start, first.map({ start < $0.start }) ?? true { first = (start, rate) }
    }
    take(
      text.firstMatch(
        of:
          #/
            (?:entre|de|:|=)?\h?50\h?(?:%|pour\hcent)?\h?(?:et|a|-|\/)\h?(?:moins\hde\h|inferieur\h
            a\h|<\h?)?(?:79|80)\h?(?:%|pour\hcent)
          /#
      )?.range.lowerBound, "50-79")
    take(
      text.firstMatch(
        of:
          #/
            (?:superieur\hou\hegal|egal\hou\hsuperieur|au\hmoins\hegal|superieur)\ha\h50\h?(?:%
            |pour\hcent)?[a-z\h,']{0,40}inferieur\ha\h80
          /#
      )?.range.lowerBound, "50-79")
    for (number, rate) in [("50", "<50"), ("80", "<80")] {
      let below = text.matches(
        of:
          #/
            (?:(?:inferieur[a-z\h]{0,12}\ha|moins\hde|plus\hpetit\hque|sous\hles?|en\hdessous\hde)
            \h|<\h?)(50|80)\h?(?:%|pour\hcent)?
          /#
      ).first { $0.output.1 == number }
      take(below?.range.lowerBound, rate)
    }
    take(
      text.firstMatch(
        of:
          #/
            (?:superieur|egal|au\hmoins|atteint|a\hpartir)[a-z\h]{0,22}(?:80|100)\h?(?:%
            |pour\hcent)|>\h?=?\h?80|80\h?(?:%|pour\hcent)\h(?:et|ou)\h(?:plus|\+)
          /#
      )?.range.lowerBound, ">=80")
    if let match = text.firstMatch(of: /\b([0-9]{1,3}) ?(?:%|pour cent)/),
      let value = Int(match.1), (1...100).contains(value)
    {
      take(match.range.lowerBound, value < 50 ? "<50" : value < 80 ? "50-79" : ">=80")
    }
    return first?.rate
  }
}
