/// French as families write it, brought to forms that compare: for the cache key, and for search.
package enum FrenchText {
  /// Lower case, without accents, ligatures spelt out, apostrophes and white space made one; the
  /// rest (digits, signs, punctuation) as it is.
  package static func folded(_ text: String) -> String {
    var output = String.UnicodeScalarView()
    output.reserveCapacity(text.utf8.count)
    var lastWasSpace = true
    for scalar in text.lowercased().unicodeScalars {
      switch scalar.value {
      case 0x300...0x36F: continue  // Combining marks of decomposed letters.
      case 0x27, 0x2018, 0x2019, 0x2BC, 0xB4, 0x60: output.append("'")
      case 0x20, 0x09...0x0D, 0xA0, 0x2000...0x200B, 0x202F, 0x205F, 0x3000:
        if !lastWasSpace { output.append(" ") }
        lastWasSpace = true
        continue
      case 0x153: output.append(contentsOf: "oe".unicodeScalars)
      case 0xE6: output.append(contentsOf: "ae".unicodeScalars)
      case 0x2010...0x2015: output.append("-")
      default: output.append(base[scalar] ?? scalar)
      }
      lastWasSpace = false
    }
    if output.last == " " { output.removeLast() }
    return String(output)
  }

  private static let base: [Unicode.Scalar: Unicode.Scalar] = {
    var base: [Unicode.Scalar: Unicode.Scalar] = [:]
    for (plain, letters) in [
      ("a", "àâäáãå"), ("c", "ç"), ("e", "éèêë"), ("i", "îïíì"), ("n", "ñ"), ("o", "ôöóòõ"),
      ("u", "ùûüú"), ("y", "ÿý"),
    ] as [(Unicode.Scalar, String)] {
      for letter in letters.unicodeScalars { base[letter] = plain }
    }
    return base
  }()

  /// The text that enters a cache key: folded, without greeting, closing politeness and final
  /// punctuation. Numbers, negations and names of aids always stay.
  package static func cacheNormalised(_ text: String) -> String {
    var words = folded(text)[...]
    func trim() {
      while let last = words.last, " .!?…,;:".contains(last) { words = words.dropLast() }
      while let first = words.first, " .!?…,;:".contains(first) { words = words.dropFirst() }
    }
    trim()
    var changed = true
    while changed {
      changed = false
      for greeting in greetings where words.hasPrefix(greeting) && words.count > greeting.count {
        let rest = words.dropFirst(greeting.count)
        guard let next = rest.first, !next.isLetter, !next.isNumber else { continue }
        words = rest
        changed = true
        trim()
      }
      for closing in closings where words.hasSuffix(closing) && words.count > closing.count {
        let rest = words.dropLast(closing.count)
        guard let next = rest.last, !next.isLetter, !next.isNumber, next != "'" else { continue }
        words = rest
        changed = true
        trim()
      }
    }
    return String(words)
  }

  private static let greetings = ["bonjour", "bonsoir", "salut", "madame", "monsieur", "coucou"]
  private static let closings = [
    "merci d'avance", "merci beaucoup", "merci bien", "merci", "s'il vous plait",
    "s'il te plait", "svp", "stp", "cordialement", "bien cordialement", "bonne journee",
    "bonne soiree", "d'avance",
  ]

  /// Terms for search, in order: words without elisions and stop words, everyday words and
  /// abbreviations translated, lightly stemmed.
  package static func searchTerms(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    func close() {
      if !word.isEmpty { words.append(word) }
      word = ""
    }
    for scalar in folded(text).unicodeScalars {
      if scalar == "'" {
        // l'aah, qu'elle: what stands before the apostrophe carries no meaning.
        if elisions.contains(word) { word = "" } else { close() }
      } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
        word.unicodeScalars.append(scalar)
      } else {
        close()
      }
    }
    close()
    var terms: [String] = []
    var index = 0
    while index < words.count {
      let plain = spelling[words[index]] ?? words[index]
      // « combien de temps » asks for a duration, « combien » for an amount.
      if plain == "combien", words[index...].prefix(3).contains("temps") {
        terms.append("duree")
        index = words[index...].firstIndex(of: "temps").map { $0 + 1 } ?? index + 1
        continue
      }
      index += 1
      if stopWords.contains(plain) { continue }
      if let meaning = everyday[plain] {
        terms.append(contentsOf: meaning)
      } else if plain.count > 1 || plain.first?.isNumber == true {
        terms.append(stem(plain))
      }
    }
    return terms
  }

  /// Removes what plural, gender and conjugation add. « aidant » and « aide » stay apart.
  static func stem(_ word: String) -> String {
    guard word.count > 3, word.allSatisfy(\.isLetter) else { return word }
    var word = word
    if word.hasSuffix("aux"), word.count > 5 { return word.dropLast(3) + "al" }
    if word.last == "s" || word.last == "x" { word.removeLast() }
    for suffix in ["ees", "ee", "er", "ez", "e"] where word.hasSuffix(suffix) {
      if word.count - suffix.count >= 3 { return String(word.dropLast(suffix.count)) }
    }
    return word
  }

  private static let elisions: Set<String> = [
    "l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quelqu",
  ]

  /// SMS and phonetic spelling.
  private static let spelling: [String: String] = [
    "kel": "quel", "kelle": "quelle", "ki": "qui", "koi": "quoi", "ke": "que", "kan": "quand",
    "cb": "combien", "combi1": "combien", "konbien": "combien", "pr": "pour", "bcp": "beaucoup",
    "ds": "dans", "av": "avec", "pk": "pourquoi", "pq": "pourquoi", "fo": "faut", "fau": "faut",
    "til": "il", "yaura": "aura", "ya": "a", "jveux": "veux", "jai": "ai", "jpeux": "peux",
    "ces": "est", "cest": "est", "c": "est", "laah": "aah", "laeeh": "aeeh", "lapch": "pch",
    "lacmi": "cmi", "larqth": "rqth", "lamdph": "mdph", "dorientation": "orientation",
    "certif": "certificat", "sdb": "salle", "letre": "lettre", "recour": "recours",
    "conte": "contre", "handicape": "handicap", "handicapes": "handicap",
    "handicapee": "handicap", "handicapees": "handicap", "handicaps": "handicap",
  ]

  /// Words of families for the words of documents.
  private static let everyday: [String: [String]] = [
    "macaron": ["stationnement", "carte"], "gic": ["stationnement", "carte"],
    "gig": ["stationnement", "carte"], "parking": ["stationnement"], "garer": ["stationnement"],
    "gare": ["stationnement"], "parquer": ["stationnement"], "combien": ["montant"],
    "prix": ["montant"], "somme": ["montant"], "argent": ["montant", "pai"],
    "touche": ["montant", "vers"], "toucher": ["montant", "vers"], "paye": ["pai"],
    "payer": ["pai"], "payee": ["pai"], "paient": ["pai"], "payent": ["pai"], "paie": ["pai"],
    "verse": ["vers", "pai"], "verser": ["vers", "pai"], "conteste": ["contest", "recour"],
    "contester": ["contest", "recour"], "contestation": ["contest", "recour"],
    "appel": ["contest", "recour"], "refusee": ["refus"], "refuse": ["refus"],
    "refuser": ["refus"], "rejetee": ["rejet", "refus"], "rejete": ["rejet", "refus"],
    "longtemps": ["duree"], "valable": ["valabl", "duree"], "valide": ["valabl", "duree"],
    "validite": ["valabl", "duree"], "dure": ["duree"], "durent": ["duree"], "duree": ["duree"],
    "patron": ["employeur"], "boite": ["entreprise"], "boulot": ["travail", "emploi"],
    "job": ["travail", "emploi"], "bosser": ["travail"], "bosse": ["travail"],
    "mari": ["conjoint"], "femme": ["conjoint"], "compagnon": ["conjoint"],
    "compagne": ["conjoint"], "epoux": ["conjoint"], "epouse": ["conjoint"],
    "marie": ["conjoint", "mari"], "mariee": ["conjoint", "mari"], "couple": ["conjoint", "coupl"],
    "fils": ["enfant"], "fille": ["enfant"], "gosse": ["enfant"], "gamin": ["enfant"],
    "bebe": ["enfant", "parentalit"], "mere": ["parent"], "pere": ["parent"],
    "maman": ["parent"], "papa": ["parent"], "voiture": ["vehicul"], "auto": ["vehicul"],
    "maison": ["logement"], "appartement": ["logement"], "salle": ["logement"],
    "douche": ["logement"], "chien": ["animalier", "chien"], "delai": ["delai", "moi"],
    "temps": ["duree"], "impots": ["impot", "imposabl"], "impot": ["impot", "imposabl"],
    "imposable": ["imposabl", "impot"], "divorce": ["separ", "altern"],
    "separe": ["separ", "altern"], "separes": ["separ", "altern"],
    "indu": ["trop", "percu", "indu"], "rembourser": ["trop", "percu", "remboursement"],
    "dette": ["trop", "percu", "dett"], "sommes": [],
  ]

  private static let stopWords: Set<String> = Set(
    """
    a ai aie ait ans as au aucun aura aurai aux avait avec avez avoir avons beaucoup bien bon c ca \
    car ce ceci cela celle celui ces cet cette ceux chez ci comme comment d dans de deja depuis des \
    deux dire dit dois doit donc dont dr du elle elles en encore entre es est et etait ete etes \
    etre eu eux fait faire faisons faut fin font hier ici il ils j je jusque l la lui le les leur \
    leurs lors m ma mais me meme mes moi moins mon n ne ni nos notre nous on ont or ou par parce \
    pas peu peut peux plus pour pourquoi pourra pouvez pouvoir pu puis qu quand que quel quelle \
    quelles quels qui quoi sa sans se sera serai ses si soit son sont sous suis sur t ta tant te \
    tes toi ton tous tout toute toutes tres tu un une va vais veut veux voici voila voir vont vos \
    votre vous vu y aussi alors ainsi apres avant contre vers merci bonjour savoir aimerais \
    voudrais besoin est-ce mettre met mis prendre possible quelque jour chose oui non
    """.split(separator: " ").map(String.init)
  ).subtracting(["moins"])
}
