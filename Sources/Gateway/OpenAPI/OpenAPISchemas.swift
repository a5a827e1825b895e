/// The shapes of bodies, as JSON Schema (2020-12), each with an example.
enum OpenAPISchemas {
  /// The members of `components.schemas`, comma-separated.
  static let json = [
    shared, auth, chat, documents, procedures, aides, account,
  ].joined(separator: ",\n")

  private static let shared = #"""
    "Problem": {"type":"object","description":"RFC 9457. Programs decide by `code`, listed in docs/errors.md; `detail` and the messages of `errors` are French, for a family.",
      "required":["type","title","status","detail","code","request_id","errors"],
      "properties":{"type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer","minimum":400,"maximum":599},"detail":{"type":"string"},"code":{"type":"string","pattern":"^[a-z][a-z0-9_]*$"},"request_id":{"type":"string"},"errors":{"type":"array","items":{"$ref":"#/components/schemas/FieldError"}}}},
    "FieldError": {"type":"object","required":["field","code","message"],
      "properties":{"field":{"type":"string","description":"Path of the field: `steps[2].title`."},"code":{"type":"string","pattern":"^[a-z][a-z0-9_]*$"},"message":{"type":"string"}},
      "examples":[{"field":"steps[2].title","code":"required","message":"Ce champ est obligatoire."}]},
    "Instant": {"type":"string","format":"date-time","examples":["2026-11-22T09:30:00.000Z"]},
    "Cursor": {"type":["string","null"],"format":"uuid","description":"`before` of the next page; null where there is none.","examples":[null]},
    "Health": {"type":"object","required":["status"],"properties":{"status":{"const":"ok"}},"examples":[{"status":"ok"}]},
    "Readiness": {"type":"object","required":["status","dependencies"],
      "properties":{"status":{"enum":["ready","degraded","not_ready"]},"dependencies":{"type":"array","items":{"type":"object","required":["name","status"],
        "properties":{"name":{"type":"string"},"status":{"type":"string"},"latency_ms":{"type":"number"},"available":{"type":"integer"},"total":{"type":"integer"}}}}},
      "examples":[{"status":"ready","dependencies":[{"name":"postgres","status":"up","latency_ms":0.4},{"name":"ai_workers","status":"up","available":2,"total":2}]}]}
    """#

  private static let auth = #"""
    "User": {"type":"object","required":["id","email","name","created_at"],
      "properties":{"id":{"type":"string","format":"uuid"},"email":{"type":"string"},"name":{"type":["string","null"]},"created_at":{"$ref":"#/components/schemas/Instant"}},
      "examples":[{"id":"01990f5e-7c1a-7b3e-8f00-1234567890ab","email":"famille@exemple.fr","name":"Camille","created_at":"2026-11-22T09:30:00.000Z"}]},
    "Me": {"type":"object","required":["user"],"properties":{"user":{"$ref":"#/components/schemas/User"}}},
    "SignedIn": {"type":"object","required":["user","expires_at"],"properties":{"user":{"$ref":"#/components/schemas/User"},"expires_at":{"$ref":"#/components/schemas/Instant"}}},
    "ConfirmationSent": {"type":"object","required":["status"],"properties":{"status":{"const":"confirmation_sent"}},"examples":[{"status":"confirmation_sent"}]},
    "SignupBody": {"type":"object","required":["email","password"],"additionalProperties":false,
      "properties":{"email":{"type":"string","format":"email","maxLength":254},"password":{"type":"string","minLength":10,"maxLength":72,"description":"10 characters to 72 bytes, and not a common one."},"name":{"type":["string","null"],"minLength":1,"maxLength":200},"consents":{"type":["object","null"],"additionalProperties":false,"properties":{"gemini":{"type":"boolean"}}}},
      "examples":[{"email":"famille@exemple.fr","password":"quatre chevaux verts","name":"Camille","consents":{"gemini":true}}]},
    "LoginBody": {"type":"object","required":["email","password"],"additionalProperties":false,
      "properties":{"email":{"type":"string","minLength":1,"maxLength":254},"password":{"type":"string","minLength":1,"maxLength":1024}},
      "examples":[{"email":"famille@exemple.fr","password":"quatre chevaux verts"}]},
    "RefreshBody": {"type":"object","required":["refresh_token"],"additionalProperties":false,
      "properties":{"refresh_token":{"type":"string","minLength":1,"maxLength":1024}},"examples":[{"refresh_token":"Zm9vYmFy"}]},
    "PasswordBody": {"type":"object","required":["current","new"],"additionalProperties":false,
      "properties":{"current":{"type":"string","minLength":1,"maxLength":1024},"new":{"type":"string","minLength":10,"maxLength":72}},
      "examples":[{"current":"quatre chevaux verts","new":"cinq chevaux bleus"}]}
    """#

  private static let chat = #"""
    "ChatMessageBody": {"type":"object","required":["message"],"additionalProperties":false,
      "properties":{"message":{"type":"string","minLength":1,"maxLength":4000},"conversation_id":{"type":["string","null"],"format":"uuid"}},
      "examples":[{"message":"Quel est le montant de l'AAH ?"}]},
    "Source": {"type":"object","required":["slug","title","url","score","excerpt"],
      "properties":{"slug":{"type":"string"},"title":{"type":"string"},"url":{"type":"string"},"score":{"type":"number"},"excerpt":{"type":"string"}},
      "examples":[{"slug":"aah-allocation-adultes-handicapes","title":"L'allocation aux adultes handicapés (AAH)","url":"/guides/aah-allocation-adultes-handicapes","score":0.93,"excerpt":"Le montant maximal de l'AAH est de 1 041,59 € par mois depuis le 1er avril 2026."}]},
    "Message": {"type":"object","required":["id","role","content","sources","created_at"],
      "properties":{"id":{"type":"string","format":"uuid"},"role":{"enum":["user","assistant"]},"content":{"type":"string"},"sources":{"type":"array","items":{"$ref":"#/components/schemas/Source"}},"created_at":{"$ref":"#/components/schemas/Instant"}},
      "examples":[{"id":"01990f5e-7c1a-7b3e-8f00-1234567890ac","role":"user","content":"Quel est le montant de l'AAH ?","sources":[],"created_at":"2026-11-22T09:30:00.000Z"}]},
    "Usage": {"type":"object","description":"Tokens that this request spent: zeros on a hit.","required":["prompt_tokens","cached_tokens","candidates_tokens","thoughts_tokens","total_tokens"],
      "properties":{"prompt_tokens":{"type":"integer","minimum":0},"cached_tokens":{"type":"integer","minimum":0},"candidates_tokens":{"type":"integer","minimum":0},"thoughts_tokens":{"type":"integer","minimum":0},"total_tokens":{"type":"integer","minimum":0}},
      "examples":[{"prompt_tokens":812,"cached_tokens":0,"candidates_tokens":164,"thoughts_tokens":0,"total_tokens":976}]},
    "ChatAnswer": {"type":"object","required":["conversation_id","message","cached","model","usage","latency_ms"],
      "properties":{"conversation_id":{"type":"string","format":"uuid"},"message":{"$ref":"#/components/schemas/Message"},"cached":{"type":"boolean"},"model":{"type":"string"},"usage":{"$ref":"#/components/schemas/Usage"},"latency_ms":{"type":"number","minimum":0}}},
    "History": {"type":"object","required":["conversation_id","messages","next_before"],
      "properties":{"conversation_id":{"type":["string","null"],"format":"uuid"},"messages":{"type":"array","items":{"$ref":"#/components/schemas/Message"}},"next_before":{"$ref":"#/components/schemas/Cursor"}},
      "examples":[{"conversation_id":null,"messages":[],"next_before":null}]},
    "ConversationList": {"type":"object","required":["conversations","next_before"],
      "properties":{"conversations":{"type":"array","items":{"type":"object","required":["id","title","messages","updated_at"],
        "properties":{"id":{"type":"string","format":"uuid"},"title":{"type":"string"},"messages":{"type":"integer","minimum":0},"updated_at":{"$ref":"#/components/schemas/Instant"}}}},"next_before":{"$ref":"#/components/schemas/Cursor"}},
      "examples":[{"conversations":[{"id":"01990f5e-7c1a-7b3e-8f00-1234567890ab","title":"Quel est le montant de l'AAH ?","messages":2,"updated_at":"2026-11-22T09:30:02.000Z"}],"next_before":null}]},
    "ResetAnswer": {"type":"object","required":["deleted_messages"],"properties":{"deleted_messages":{"type":"integer","minimum":0}},"examples":[{"deleted_messages":2}]}
    """#

  private static let procedures = #"""
    "ProcedureStatus": {"type":"string","enum":["brouillon","en_cours","deposee","en_instruction","acceptee","refusee","recours","terminee"],"examples":["en_cours"]},
    "ProcedureStep": {"type":"object","required":["title"],"additionalProperties":false,
      "properties":{"title":{"type":"string","minLength":1,"maxLength":200},"done":{"type":"boolean","default":false}},
      "examples":[{"title":"Faire remplir le certificat médical","done":true}]},
    "Procedure": {"type":"object","required":["id","type","title","status","due_date","notes","steps","version","created_at","updated_at"],
      "properties":{"id":{"type":"string","format":"uuid"},"type":{"type":"string"},"title":{"type":"string"},"status":{"$ref":"#/components/schemas/ProcedureStatus"},"due_date":{"type":["string","null"],"format":"date"},"notes":{"type":["string","null"]},"steps":{"type":"array","items":{"$ref":"#/components/schemas/ProcedureStep"}},"version":{"type":"integer","minimum":1},"created_at":{"$ref":"#/components/schemas/Instant"},"updated_at":{"$ref":"#/components/schemas/Instant"}},
      "examples":[{"id":"01990f5e-7c1a-7b3e-8f00-1234567890ad","type":"aeeh","title":"Renouveler l'AEEH","status":"en_cours","due_date":"2027-03-31","notes":null,"steps":[{"title":"Faire remplir le certificat médical","done":true}],"version":2,"created_at":"2026-11-22T09:30:00.000Z","updated_at":"2026-11-22T10:00:00.000Z"}]},
    "ProcedureDraft": {"type":"object","required":["type","title"],"additionalProperties":false,
      "properties":{"type":{"type":"string","minLength":1,"maxLength":60},"title":{"type":"string","minLength":1,"maxLength":200},"status":{"$ref":"#/components/schemas/ProcedureStatus"},"due_date":{"type":["string","null"],"format":"date"},"notes":{"type":["string","null"],"maxLength":4000},"steps":{"type":["array","null"],"maxItems":50,"items":{"$ref":"#/components/schemas/ProcedureStep"}}},
      "examples":[{"type":"aeeh","title":"Renouveler l'AEEH","due_date":"2027-03-31","steps":[{"title":"Faire remplir le certificat médical","done":false}]}]},
    "ProcedureChange": {"type":"object","additionalProperties":false,
      "properties":{"type":{"type":"string","minLength":1,"maxLength":60},"title":{"type":"string","minLength":1,"maxLength":200},"status":{"$ref":"#/components/schemas/ProcedureStatus"},"due_date":{"type":["string","null"],"format":"date"},"notes":{"type":["string","null"],"maxLength":4000},"steps":{"type":"array","maxItems":50,"items":{"$ref":"#/components/schemas/ProcedureStep"}},"version":{"type":"integer","minimum":1,"maximum":2147483647,"description":"The version that the change was made on; stale: 409."}},
      "examples":[{"status":"deposee","version":2}]},
    "ProcedureList": {"type":"object","required":["procedures","next_before"],
      "properties":{"procedures":{"type":"array","items":{"$ref":"#/components/schemas/Procedure"}},"next_before":{"$ref":"#/components/schemas/Cursor"}},
      "examples":[{"procedures":[],"next_before":null}]}
    """#

  private static let aides = #"""
    "AideAmount": {"type":["object","null"],"description":"Null where it varies.","required":["value","currency","periodicite","valable_depuis","statut"],
      "properties":{"value":{"type":"number"},"currency":{"const":"EUR"},"periodicite":{"type":"string"},"valable_depuis":{"type":["string","null"],"format":"date"},"statut":{"enum":["verified","calculated","a_verifier"]}},
      "examples":[{"value":1041.59,"currency":"EUR","periodicite":"mensuel","valable_depuis":"2026-04-01","statut":"verified"}]},
    "AideSummary": {"type":"object","required":["id","nom","sigle","public","organisme","payeur","resume","montant","document","url"],
      "properties":{"id":{"type":"string"},"nom":{"type":"string"},"sigle":{"type":"string"},"public":{"enum":["enfant","adulte","aidant","tous"]},"organisme":{"type":"string"},"payeur":{"type":["string","null"]},"resume":{"type":"string"},"montant":{"$ref":"#/components/schemas/AideAmount"},"document":{"type":"string"},"url":{"type":"string"}},
      "examples":[{"id":"AAH","nom":"Allocation aux adultes handicapés","sigle":"AAH","public":"adulte","organisme":"CDAPH","payeur":"CAF ou MSA","resume":"Revenu minimal mensuel.","montant":{"value":1041.59,"currency":"EUR","periodicite":"mensuel","valable_depuis":"2026-04-01","statut":"verified"},"document":"aah-allocation-adultes-handicapes","url":"/guides/aah-allocation-adultes-handicapes"}]},
    "AideList": {"type":"object","required":["aides","total"],"properties":{"aides":{"type":"array","items":{"$ref":"#/components/schemas/AideSummary"}},"total":{"type":"integer","minimum":0}},
      "examples":[{"aides":[],"total":0}]},
    "Aide": {"description":"The members of the list, and what it takes to ask for it.","allOf":[{"$ref":"#/components/schemas/AideSummary"},{"type":"object","required":["conditions","duree","demarche","cerfa","recours","cumul","sources"],
      "properties":{"conditions":{"type":"array","items":{"type":"string"}},"duree":{"type":"string"},"demarche":{"type":"string"},"cerfa":{"type":["string","null"]},"recours":{"type":"string"},"cumul":{"type":"string"},"sources":{"type":"array","items":{"type":"object","required":["nom","reference","url"],"properties":{"nom":{"type":"string"},"reference":{"type":"string"},"url":{"type":["string","null"]}}}}}}]},
    "DashboardStats": {"type":"object","required":["conversations","messages","documents","procedures","next_deadlines","recent_aides"],
      "properties":{"conversations":{"type":"integer"},"messages":{"type":"integer"},"documents":{"type":"integer"},
        "procedures":{"type":"object","required":["total","by_status"],"properties":{"total":{"type":"integer"},"by_status":{"type":"object","propertyNames":{"$ref":"#/components/schemas/ProcedureStatus"},"additionalProperties":{"type":"integer"}}}},
        "next_deadlines":{"type":"array","items":{"type":"object","required":["procedure_id","title","due_date"],"properties":{"procedure_id":{"type":"string","format":"uuid"},"title":{"type":"string"},"due_date":{"type":"string","format":"date"}}}},
        "recent_aides":{"type":"array","items":{"type":"object","required":["id","nom","sigle","url"],"properties":{"id":{"type":"string"},"nom":{"type":"string"},"sigle":{"type":"string"},"url":{"type":"string"}}}}},
      "examples":[{"conversations":1,"messages":2,"documents":0,"procedures":{"total":1,"by_status":{"en_cours":1}},"next_deadlines":[],"recent_aides":[]}]}
    """#

  private static let account = #"""
    "MemoryList": {"type":"object","required":["memories","next_before"],
      "properties":{"memories":{"type":"array","items":{"type":"object","required":["id","fact","source","created_at"],
        "properties":{"id":{"type":"string","format":"uuid"},"fact":{"type":"string"},"source":{"type":["string","null"]},"created_at":{"$ref":"#/components/schemas/Instant"}}}},"next_before":{"$ref":"#/components/schemas/Cursor"}},
      "examples":[{"memories":[{"id":"01990f5e-7c1a-7b3e-8f00-1234567890ae","fact":"Votre fils a 8 ans.","source":"message:01990f5e-7c1a-7b3e-8f00-1234567890af","created_at":"2026-11-22T09:30:00.000Z"}],"next_before":null}]},
    "ConsentsBody": {"type":"object","required":["gemini"],"additionalProperties":false,"properties":{"gemini":{"type":"boolean"}},"examples":[{"gemini":true}]},
    "Consents": {"type":"object","required":["consents","updated_at"],
      "properties":{"consents":{"type":"object","required":["gemini"],"properties":{"gemini":{"type":"boolean"}}},"updated_at":{"type":["string","null"],"format":"date-time"}},
      "examples":[{"consents":{"gemini":true},"updated_at":"2026-11-22T09:30:00.000Z"}]}
    """#
}
