/// The fields of an error or notice (`PG_DIAG_…`, postgres_ext.h), whose codes are character constants in C.
enum ErrorField: Int32 {
  /// `V`: the severity, never translated.
  case severity = 0x56
  /// `C`
  case sqlState = 0x43
  /// `M`
  case messagePrimary = 0x4D
  /// `D`
  case messageDetail = 0x44
  /// `H`
  case messageHint = 0x48
  /// `P`
  case statementPosition = 0x50
  /// `W`
  case context = 0x57
  /// `s`
  case schemaName = 0x73
  /// `t`
  case tableName = 0x74
  /// `c`
  case columnName = 0x63
  /// `d`
  case dataTypeName = 0x64
  /// `n`
  case constraintName = 0x6E
}
