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

  private static func read(_ text: Substring) -> String? {
    if text.contains(
      #/
        (?:entre|de|:|=)?\h?50\h?(?:%|pour\hcent)?\h?(?:et|a|-|\/)\h?(?:moins\hde\h|inferieur\h
        a\h|<\h?)?(?:79|80)\h?(?:%|pour\hcent)
      /#
    )
      || text.contains(
        #/
          (?:superieur\hou\hegal|egal\hou\hsuperieur|au\hmoins\hegal|superieur)\ha\h50\h?(?:%
          |pour\hcent)?[a-z\h,']{0,40}inferieur\ha\h80
        /#
      )
    {
      return "50-79"
    }
    if text.contains(
      /(?:inferieur[a-z ]{0,12} a|moins de|plus petit que|sous les?|en dessous de) 50 ?(?:%|pour cent)|< ?50/)
    {
      return "<50"
    }
    if text.contains(
      /(?:inferieur[a-z ]{0,12} a|moins de|plus petit que|sous les?|en dessous de) 80 ?(?:%|pour cent)|< ?80/)
    {
      return "<80"
    }
    if text.contains(
      #/
        (?:superieur|egal|au\hmoins|atteint|a\hpartir)[a-z\h]{0,22}(?:80|100)\h?(?:%|pour\hcent)
        |>\h?=?\h?80|80\h?(?:%|pour\hcent)\h(?:et|ou)\h(?:plus|\+)
      /#
    ) {
      return ">=80"
    }
    guard let match = text.firstMatch(of: /\b([0-9]{1,3}) ?(?:%|pour cent)/),
      let value = Int(match.1), (1...100).contains(value)
    else { return nil }
    return value < 50 ? "<50" : value < 80 ? "50-79" : ">=80"
  }
}
