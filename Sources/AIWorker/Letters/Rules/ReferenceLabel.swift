/// What stands before a number and says that an organisation knows a file, a decision, a person or
/// an appeal by it: `N° de dossier :`, `Affaire suivie sous le n°`, `N/Réf.`.
///
/// A label is a word that names the thing, with small words around it. What is left of a number is
/// read backwards: small words are passed over until the one that names comes, or another.
enum ReferenceLabel {
  /// What was read before a number.
  struct Found {
    /// In French, for the family.
    let name: String
    /// `n°`, `numéro` or a colon stands before the number.
    let isMarked: Bool
  }

  /// Words that name, without accents.
  private static let names: [String: String] = {
    var names: [String: String] = [:]
    for (label, words) in [
      ("N° d'allocataire", "allocataire alloc allocataires"), ("Matricule", "matricule"),
      ("N° de dossier", "dossier dossiers"), ("N° de décision", "decision decisions"),
      ("N° de notification", "notification"), ("N° de recours", "recours rapo"),
      ("Attestation", "attestation"), ("Créance", "creance dette indu"),
      ("N° de demande", "demande"), ("N° d'adhérent", "adherent"),
      ("Référence", "reference references ref refs"), ("CMI", "cmi"), ("N° de carte", "carte"),
      ("N° RG", "rg"), ("N° de jugement", "jugement"), ("N° de courrier", "courrier"),
      ("Identifiant", "identifiant ident id"),
      ("N° d'usager", "usager beneficiaire individu personne"),
      ("N° d'affaire", "affaire"), ("N° de titre", "titre"), ("N° de contrat", "contrat"),
      ("N° d'enregistrement", "enregistrement depot"), ("N° d'arrêté", "arrete"),
      ("N° de convocation", "convocation"),
    ] {
      for word in words.split(separator: " ") { names[String(word)] = label }
    }
    return names
  }()

  /// An organisation's name makes a number its own only behind `n°`.
  private static let organisations: Set = ["mdph", "mda", "caf", "msa", "anah", "cdaph", "carsat"]
  private static let small: Set = [
    "de", "du", "des", "d", "l", "la", "le", "les", "a", "au", "est", "sous", "suivi", "suivie",
    "votre", "vos", "notre", "nos", "v", "interne", "rappeler", "unique", "et", "en", "personnel",
    "contestee", "initiale", "attaquee", "transport", "scolaire", "ajpp", "ajpa", "aah", "aeeh",
    "pch",
    "client", "individuel", "administratif", "prealable",
  ]
  private static let marks: Set = ["n", "no", "nr", "num", "numero", "numeros", "ndeg"]
  /// Small words that may stand between the naming word and the number.
  private static let wordsMax = 7

  /// The label at the end of a text, which is in its plain form; nil where there is none.
  static func read(before text: Substring) -> Found? {
    // Elision parts words, and so does `N/Réf.`.
    let words = text.split { " \t'/().,;|-~*\"?".contains($0) }
    var isMarked = text.hasSuffix(":") || text.hasSuffix(": ")
    var organisation = false
    var passed = 0
    for (place, word) in words.enumerated().reversed().prefix(wordsMax) {
      let bare = word.filter { $0 != ":" }
      if word.contains(":"), passed > 0, !bare.isEmpty || isMarked == false { isMarked = true }
      if bare.isEmpty { continue }
      if marks.contains(bare) {
        isMarked = true
        // `Mon numéro :`, and nothing else.
        if passed == 0, bare == "numero", place > 0,
          ["mon", "votre", "notre"].contains(String(words[place - 1]))
        {
          return Found(name: "Référence", isMarked: true)
        }
        // `N° MDPH`: nothing more is needed to the left.
        if organisation { return Found(name: "N° de dossier", isMarked: true) }
      } else if let name = name(of: bare) {
        let isBefore = words.dropLast(passed + 1).suffix(2).contains { marks.contains(String($0)) }
        return Found(name: name, isMarked: isMarked || isBefore)
      } else if organisations.contains(bare) {
        organisation = true
      } else if !small.contains(bare) {
        return nil
      }
      passed += 1
    }
    return nil
  }

  /// Whether a whole text is a label, as at the head of a column.
  static func read(whole text: Substring) -> Found? {
    let words = text.split { " \t'/().,;|-~*\"?:".contains($0) }.map(String.init)
    guard !words.isEmpty, words.count <= wordsMax,
      words.allSatisfy({
        small.contains($0) || marks.contains($0) || organisations.contains($0)
          || name(of: $0) != nil
      })
    else { return nil }
    return read(before: text).map { Found(name: $0.name, isMarked: true) }
  }

  private static func name(of word: String) -> String? {
    if let name = names[word] { return name }
    // A letter that recognition took for another.
    guard word.count >= 6 else { return nil }
    return names.first { name, _ in
      name.count == word.count && zip(name, word).filter { $0 != $1 }.count == 1
    }?.value
  }

  private static func name(of word: Substring) -> String? { name(of: String(word)) }
}
