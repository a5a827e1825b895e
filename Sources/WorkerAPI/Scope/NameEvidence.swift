/// Words that name a person, or may.
///
/// A word is taken for a name where it is a common first name, where it follows a title
/// (`Mme Durand`), a relation (`mon fils lucas`) or a cue (`s'appelle lina`) without being a word
/// that French puts there, or where it is capitalised in mid-sentence without being known.
struct NameEvidence {
  static let lists: [(WordKinds, String)] = [
    (
      .title,
      """
      mme mmes mr mrs mlle mlles monsieur madame mademoiselle messieurs dr pr veuve
      """
    ),
    // Titles only before a capital: `m.`, `maître`, `docteur` are words of their own.
    (.weakTitle, "m me docteur professeur maitre"),
    (
      .relation,
      """
      fils fille filles enfant enfants garcon garcons frere freres soeur soeurs mere pere
      maman papa mari femme epouse epoux conjoint conjointe compagnon compagne neveu niece
      oncle tante tonton cousin cousine ami amie voisin voisine bebe ado petit petite jumeaux
      jumelles beau belle ex mamie papi papy collegue patient patiente eleve tutrice tuteur
      loulou aine ainee cadet cadette benjamin
      """
    ),
    (.owner, "mon ma mes notre nos son sa ses leur leurs votre vos"),
    (
      .cue,
      """
      appelle appellent appelait appelons prenom prenomme prenommee nomme nommee prenoms
      surnomme denomme apelle appel
      """
    ),
    (
      .personVerb,
      """
      a est et ai avait etait aura sera va vit vient ne n souffre touche percoit recoit doit
      peut veut habite travaille demande marche parle ma m nous me voudrait refuse dit
      """
    ),
  ]

  private let words: [MessageWord]
  /// A message in capitals: case says nothing there.
  private let isShouting: Bool

  init(_ words: [MessageWord]) {
    self.words = words
    let lettered = words.filter { $0.letters >= 2 }
    let capitals = lettered.count(where: \.isAllCapitals)
    isShouting = lettered.count >= 3 && capitals * 10 >= lettered.count * 7
  }

  /// True where a person may be named.
  var isFound: Bool { words.indices.contains(where: mayName) }

  private func mayName(_ index: Int) -> Bool {
    let word = words[index]
    guard word.letters > 0 else { return false }
    if word.isForeign { return true }
    // `marié` folds to a first name.
    if word.kinds.contains(.name), word.folded != "marie" || !word.hasAccent { return true }
    if isNameable(word), followsTitle(index) || followsRelation(index) || followsCue(index) {
      return true
    }
    if isKnown(word) { return false }
    guard word.digits == 0 else { return false }
    if isShouting { return word.letters >= 3 && !word.isElided }
    guard word.isCapitalised, !word.isElided else { return false }
    if word.letters == 1 { return isInitial(index) }
    return startsSentence(index) ? isSubject(index) : true
  }

  private func isKnown(_ word: MessageWord) -> Bool { FrenchVocabulary.knows(word) }

  /// True where the word would be a name if a name were expected here. A capital outweighs the
  /// lexicon then: `Mme Petit`, `ma fille Prudence`.
  private func isNameable(_ word: MessageWord) -> Bool {
    guard !word.isElided else { return false }
    // `ma fille L.` and `Mme D`, though `l` and `d` are articles.
    if word.letters == 1, word.isCapitalised, !isShouting, word.folded != "a" { return true }
    guard !word.kinds.contains(.function),
      !word.kinds.contains(.title)
    else { return false }
    if word.isAllCapitals, word.kinds.contains(.acronym) { return false }
    return word.isCapitalised && !isShouting || !isKnown(word)
  }

  /// The word before, in the same phrase.
  private func previous(_ index: Int) -> MessageWord? {
    index > 0 ? words[index - 1] : nil
  }

  // MARK: Where a sentence starts

  private func startsSentence(_ index: Int) -> Bool {
    guard index > 0 else { return true }
    // A line of its own may be a signature, so a line's first word gets no pardon.
    return words[index].startsSentence && !words[index].startsLine
  }

  /// The first word of a sentence is capitalised anyway; it is taken for a name where the sentence
  /// goes on as one about a person, or holds nothing else.
  private func isSubject(_ index: Int) -> Bool {
    var end = index + 1
    while end < words.count, !words[end].startsSentence, !words[end].startsLine { end += 1 }
    guard end - index > 2 else { return true }
    let next = words[index + 1]
    if next.isCapitalised, !isKnown(next), next.digits == 0 { return true }
    return next.kinds.contains(.personVerb)
  }

  /// `L.` for a name that is kept short; `L. 245-1` is an article.
  private func isInitial(_ index: Int) -> Bool {
    guard words[index].firstAfter == "." else { return false }
    return !(index + 1 < words.count && words[index + 1].digits > 0)
  }

  // MARK: What stands before a name

  private func followsTitle(_ index: Int) -> Bool {
    guard let title = previous(index), !title.isElided, !words[index].gap.contains(.comma) else {
      return false
    }
    if title.kinds.contains(.title) { return !words[index].startsLine }
    return title.kinds.contains(.weakTitle) && words[index].isCapitalised
  }

  private func followsRelation(_ index: Int) -> Bool {
    guard let relation = previous(index), relation.kinds.contains(.relation),
      !words[index].startsSentence, words[index].digits == 0
    else { return false }
    guard
      (2...4).contains(where: { index - $0 >= 0 && words[index - $0].kinds.contains(.owner) })
    else { return false }
    // `mon fils, …` goes on with anything; a name there is capitalised or a common one.
    if words[index].gap.contains(.comma) {
      return words[index].isCapitalised
    }
    return !FrenchLexicon.looksLikeVerb(words[index].folded)
  }

  private func followsCue(_ index: Int) -> Bool {
    guard let cue = previous(index), !words[index].startsSentence else { return false }
    if cue.kinds.contains(.cue) { return true }
    // `son prénom est lina`, `nom de famille : durand`
    let near = (2...3).compactMap { index - $0 >= 0 ? words[index - $0].folded : nil }
    return (cue.folded == "est" || cue.folded == "c") && near.contains { $0.hasPrefix("prenom") }
      || cue.folded == "famille" && near.contains("nom") || cue.folded == "nom"
  }
}
