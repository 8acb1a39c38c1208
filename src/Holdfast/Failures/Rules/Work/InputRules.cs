namespace Holdfast.Failures;

/// <summary>Usage, validation, syntax of data and configuration.</summary>
internal static class InputRules
{
    internal const string Text = """
        input.usage invalid_input 70
        : unknown option|argument|flag|subcommand|switch
        : unrecognized option|argument|arguments|subcommand|command
        : unrecognised option|tag
        : unexpected argument|option
        : invalid option|choice|flag|argument
        : illegal option
        : unknown shorthand flag
        : flag provided but not defined
        : missing required argument|option|parameter|arguments
        : missing argument|operand
        : requires an argument|value
        : required arguments
        : following arguments are required
        : option requires
        : error argument
        : too many arguments
        : too few arguments
        : not enough arguments
        : bad option
        : is not a valid option|command
        : is not a git command
        : unknown compiler option
        : argument for ... option must be
        : cannot use ... together
        : mutually exclusive
        : unknown command
        : unknown arguments
        : expected ... arguments
        : invalid number of arguments
        ! call to
        ! errno
        > see the program's help
        + Unknown argument: promt
        + export: error: argument --format: invalid choice: 'xml' (choose from 'csv', 'json')
        - options: 3 known

        input.usage_only invalid_input 50 any-line
        : ^ usage
        : ^ positionals
        : ^ options $
        : ^ for detailed information on this command and its flags run $
        + Usage: gemini [options] [command]
        + Positionals:
        - disk usage of home

        input.validation invalid_input 72
        : already exists $
        : error from server alreadyexists
        : specify a project or solution
        : invalid ... specified
        : msb1003
        : unknown variable
        : validation failed
        : validationerror
        : validation error
        : failed validating
        : field required
        : missing_field
        : is not of type
        : invalid value
        : invalid type
        : does not match the schema|pattern
        : schema validation
        : violates check|foreign|not|unique
        : null value in column
        : duplicate key value
        : duplicate entry
        : unique constraint
        : constraint failed
        : out of range
        : invalid input syntax
        : invalid requirement
        : invalid reference format
        : invalid configuration
        : invalid config
        : invalid url
        : invalid uri
        : is required $
        : is not valid
        : is invalid
        : must be a|an|of|one
        : value too long
        : valueerror invalid
        : unprocessable entity
        : missing required
        : validationexception
        : invalidparametervalue
        : malformed
        : could not be parsed
        : unsupported argument
        : migrations are pending
        : pendingmigrationerror
        : zod error
        : zoderror
        : illegalargumentexception
        : argumentexception
        : argumentnullexception
        : numberformatexception
        : invalid literal for
        : could not convert string
        : valueerror ... does not match|must|cannot|unsupported|unknown|expected|lacks|required
        : unknown field
        : cannot be blank|empty
        : admission ... invalid
        : not a valid archive
        : does not appear to be a valid archive
        : unbound variable
        : parameter not set
        : first path segment in url
        : missing protocol scheme
        : invalid control character in url
        : ^ bad target|url|uri|address
        : was both good and bad
        : is already checked out|used at|by
        ! index out of range
        ! array
        ! api key
        ! credential
        ! username
        ! invalidation
        ! reference to
        ! certificate
        ! cache
        ! token
        ! is invalid symbol
        ! empty or malformed
        ! cpu
        ! password
        ! uncaught
        ! memory
        ! typeerror
        ! top required
        > correct the value that the line names
        + jsonschema.exceptions.ValidationError: '30s' is not of type 'integer'
        + ERROR: Invalid requirement: 'netcore=>1.0' (from line 1 of bad.txt)
        - ValueError: invalidation of cache 504-b failed: bad key

        input.schema invalid_input 86
        : zoderror|valierror|joierror|schemaerror|datavalidationerror
        : invalid_type|invalid_union|invalid_enum_value|unrecognized_keys|too_small|too_big|invalid_string|invalid_value
        : invalid input expected
        : expected ... received undefined|null|nan
        : must be integer|number|string|boolean|object|array|null
        : must have required property|properties
        : must not have additional properties
        : should have required property
        : additional properties are not allowed
        : additional properties ... not allowed
        : additional property ... is not allowed
        : must match pattern|format|schema|exactly
        : must be equal to one of
        : is a required property|field
        : is not one of
        : this field is required
        : missing data for required field
        : not a valid integer|email|url|datetime|uuid
        : value is not a valid
        : input should be
        : extra inputs are not permitted
        : extra fields not permitted
        : none is not an allowed value
        : schemas validity error
        : fails to validate
        : no matching global declaration
        : unknown cmake command
        : inequivalent arg
        ! expect
        ! expected ... received undefined to
        > correct the value that the line names
        + ZodError: [
        + ValidationError: port must be number, got string
        - the port is 8080

        input.ghostscript invalid_input 50
        : ghostscript ... unrecoverable error
        > see the PostScript error above it
        + GPL Ghostscript 10.00.0: Unrecoverable error, exit code 1
        + GPL Ghostscript 9.55.0: Unrecoverable error, exit code 1
        - GPL Ghostscript 10.00.0 (2022-09-21)

        input.config_place invalid_input 86
        : conf|cfg|cnf|ini|nft|properties|rules|zone|yaml|yml|toml # error|fatal|emerg
        : conf|cfg|cnf|ini|nft|properties|rules|zone|yaml|yml|toml # # error|fatal|emerg
        : conf|cfg|cnf|ini|nft|properties|rules|zone|yaml|yml|toml # # # error|fatal|emerg
        > correct the file at the line that it names
        + u.conf:2: error: unknown keyword 'nope'
        + n.nft:1:45-45: Error: syntax error, unexpected '}', expecting newline or semicolon
        - conn.c:4:48: error: 'struct connection' has no member named 'timeout'

        input.syntax invalid_input 74
        : recovering damaged file
        : file is damaged
        : not loaded due to errors
        : dns_rdata_fromtext
        : does not look like a ... archive
        : not a zipfile
        : open the file as archive
        : open the file as ... archive
        : can't open as archive
        : is not archive
        : is not an archive
        : no from statement
        : no build stage in current context
        : dockerfile cannot be empty
        : invalid data found
        : cannot iterate over
        : no viable alternative
        : mismatched input
        : token recognition error
        : no start line
        : unable to load certificate|key|crl|private|public
        : runtime error field|manifest*
        : cannot index
        : jq parse error
        : json parse invalid
        : ejsonparse
        : jsonparseerror
        : exec format error
        : cannot execute binary file
        : unexpected character
        : invalid start byte
        : bad config line
        : error loading config toml
        : not valid json
        : invalid json
        : jsondecodeerror
        : jsonexception
        : json parse error
        : unexpected token ... json
        : unexpected end of json input
        : in json at position
        : error parsing
        : errors parsing
        : failed to parse
        : could not parse
        : unable to parse
        : cannot parse
        : missing separator
        : syntax error ... unexpected end of file
        : syntax error near unexpected token
        : syntax error at or near
        : you have an error in your sql syntax
        : line # syntax error
        : syntax error mapping
        : mapping values are not allowed
        : yaml ... error
        : yamlexception
        : error converting yaml
        : did not find expected
        : could not find expected
        : found character that cannot start any token
        : found unexpected
        : project file could not be loaded
        : directive is not allowed here
        : msb4025
        : =MSB4*
        : =TS5*
        : =TS6*
        : malformed pom
        : non parseable pom
        : unpicklingerror
        : pickle data was truncated
        : unicodedecodeerror
        : invalid character
        : invalid or corrupt
        : not in gzip format
        : not a gzip file
        : unexpected end of file $
        : bad zip file
        : unknown directive
        : commaexpected
        : closebraceexpected
        : extraneous input
        : toml parse error
        : expected value at line
        : invalid number
        : unsupported block type
        : missing name for resource|data|module|variable|output|provider
        : blocks must have # labels
        : invalid block definition
        : invalid expression
        : argument or block definition required
        : unterminated
        ! source
        ! fatal error
        ! fatal python
        ! php parse
        ! token in js
        ! in function
        ! syntaxerror unexpected token $
        ! file does not exist
        ! not reachable
        ! could not be found
        > correct the file at the line that it names
        + fatal: bad config line 1 in file .git/config
        + syntax.sh: line 5: syntax error: unexpected end of file
        - parsed 3 files without error

        input.environment invalid_input 58
        : environment variable|variables ... is|are not set|defined|configured
        : environment variable|variables ... not set|defined|found|provided
        : environment variable|variables ... is|are required|missing|undefined|unset
        : required environment variable|variables
        : missing environment variable|variables
        : env var|vars|variable ... is|are not set|defined
        ! key|keys|token|secret|password|credentials
        ! *_KEY
        ! *_TOKEN
        ! *_SECRET
        ! display
        + The DATABASE_URL environment variable is not set or incomplete connection parameters are provided.
        + Error: Missing required environment variable: APP_REGION
        - environment variable APP_REGION is set to eu

        input.graphql invalid_input 70
        : cannot query field
        : unknown argument ... on field
        : variable ... of required type
        : must have a selection of subfields
        : graphql_validation_failed|graphql_parse_failed
        > correct the query: the schema says which fields and arguments there are
        + {"errors":[{"message":"Cannot query field \"pricee\" on type \"Order\"."}]}
        + Variable "$id" of required type "ID!" was not provided.
        - query of field orders answered
        """;
}
