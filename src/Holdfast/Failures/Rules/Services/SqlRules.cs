namespace Holdfast.Failures;

/// <summary>
/// Relational databases: SQLSTATEs (PostgreSQL's appendix A, MySQL's and SQL Server's error lists), the numbers of
/// MySQL, SQL Server and Oracle, and the words of libpq, SQLite and their like.
/// </summary>
internal static class SqlRules
{
    internal const string Text = """
        sql.contention resource_contention 86
        : being accessed by other users
        : tuple concurrently updated|deleted
        : sqlstate 40001|40P01|55P03|55006|HYT00|25S03|40000|40003
        : sql state 40001|40P01|55P03|55006
        : code 40001|40P01|55P03|55006
        : error # 40001
        : error # =HY000 ... lock wait timeout
        : error 1213|1205|3572|1637|1015
        : ora 00054|00060|04021|08177|30006|00061
        : msg 1205|1222|3960|3961
        : deadlock victim
        : deadlockdetected
        : serializationfailure
        : locknotavailable
        : er_lock_deadlock
        : er_lock_wait_timeout
        : sqlite_busy|sqlite_locked|sqlite_busy_snapshot
        : database schema is locked
        : restart transaction
        : try restarting transaction
        : retry transaction
        ! test
        > run the transaction again; shorten it, or take locks in one order
        + ERROR:  database "shop" is being accessed by other users
        + ERROR 1213 (40001) at line 1: Deadlock found when trying to get lock; try restarting transaction
        + ORA-00060: deadlock detected while waiting for resource
        - ERROR 1064 (42000) at line 1: You have an error in your SQL syntax

        sql.auth auth 84
        : sqlstate 28000|28P01|42501
        : sql state 28000|28P01|42501
        : code 28000|28P01|42501
        : error # 28000
        : error 1044|1045|1142|1143|1227|1370|1698|1820|1862|1130|1129|3118|1410
        : ora 01017|28000|28001|01031|01045
        : msg 18456|229|262|15247|916|4060
        : login failed for user
        : fe_sendauth
        : no password supplied
        : password authentication failed
        : is not allowed to connect
        : host ... is not allowed
        : must reset your password
        : account is locked
        : insufficientprivilege
        : invalidpassword
        : er_access_denied_error|er_dbaccess_denied_error|er_tableaccess_denied_error
        : permission denied for|on table|relation|schema|database|sequence|function|view|object|column
        : permission was denied on
        : command denied to user
        : peer authentication failed
        : ident authentication failed
        : gss|sasl authentication ... failed|error
        ! no such file
        > correct user and password, or grant the right
        + psql: error: fe_sendauth: no password supplied
        + ERROR 1130 (HY000): Host '10.0.0.5' is not allowed to connect to this MySQL server
        + Msg 18456, Level 14, State 1, Server db1, Line 1 Login failed for user 'app'.
        - ERROR 1049 (42000): Unknown database 'shop'

        sql.missing not_found 80
        : sqlstate 42P01|42703|42883|3D000|3F000|42704|42S02|42S22|02000
        : sql state 42P01|42703|42883|3D000|3F000|42704
        : code 42P01|42703|42883|3D000|3F000|42704
        : error # 42S02|42S22
        : error 1049|1054|1146|1305|1051|1091|1109|1176
        : ora 00942|00904|01403|04043|12154|12514|01435|00972
        : msg 208|207|911|2812|15151|3701
        : unknown database
        : invalid object|column name
        : no such table|column|function|collation|module|savepoint
        : could not find stored procedure
        : undefinedtable|undefinedcolumn|undefinedfunction|undefinedobject|invalidcatalogname|invalidschemaname
        : er_no_such_table|er_bad_db_error|er_bad_field_error
        : table|column|view|function|procedure|trigger|index|sequence ... does not exist
        : table ... doesn't exist
        : database|schema|role|user|extension|type|operator|relation ... does not exist
        : extension ... is not available
        : unable to open database
        : could not open extension
        ! if exists
        ! skipping
        ! must set
        > create it, or run the migration; check database and schema
        + ERROR 1146 (42S02) at line 1: Table 'shop.orders' doesn't exist
        + Parse error: no such table: orders
        + ERROR:  extension "postgis" is not available
        - NOTICE:  table "orders" does not exist, skipping

        sql.invalid invalid_input 78
        : sqlstate 22*|23*|42601|42804|42P07|42701|42710|25P02|2201*
        : sql state 22*|23*|42601
        : can only be used in|inside|within transaction
        : error in query operation ... syntax
        : sql compilation error ... syntax|invalid
        : cannot run|be executed inside|from|within a|an transaction|function|procedure
        : code 23502|23503|23505|23514|22P02|22001|22003|22007|42601|42P07|25P02
        : error # 22*|23*|21S01
        : error 1007|1008|1050|1060|1061|1062|1064|1048|1136|1216|1217|1264|1265|1292|1364|1366|1406|1451|1452
        : error 3819|4025
        : ora 00001|00900|00901|00907|00911|00923|00933|00936|01400|01722|01830|01843|02291|02292|12899|01861|00955
        : msg 102|105|156|170|245|515|547|2601|2627|2714|8114|8152|2628
        : foreign key constraint
        : not null constraint
        : check constraint
        : violates ... constraint
        : uniqueviolation|foreignkeyviolation|notnullviolation|checkviolation|stringdatarighttruncation
        : invalidtextrepresentation|syntaxerrororaccesscontrol|duplicatetable|duplicatecolumn|numericvalueoutofrange
        : er_dup_entry|er_parse_error|er_data_too_long|er_no_default_for_field|er_row_is_referenced*
        : sqlite_constraint*|sqlite_mismatch|sqlite_toobig|sqlite_misuse
        : data too long for column
        : doesn't have a default value
        : division by zero $
        : incorrect integer|decimal|datetime|date|string value
        : current transaction is aborted
        : multiple primary keys
        : datatype mismatch
        : near ... syntax error
        : sql syntax
        : integrityerror
        : dataerror
        : programmingerror
        : sqlsyntaxerrorexception
        : integrityconstraintviolationexception
        : sqlintegrityconstraintviolationexception
        : constraintviolationexception
        : dataintegrityviolationexception
        : file is not a database
        : file is encrypted or is not a database
        : database disk image is malformed
        : relation|table|database|role|schema|column|index|constraint|type|function ... already exists
        ! skipping
        ! zerodivisionerror
        ! runtime error
        ! does not exist
        ! doesn't exist
        ! no such
        ! undefined*
        ! ora 00942
        ! panic*
        ! fatal error
        ! illegal division
        > correct the statement or the data that the line names
        + ERROR:  current transaction is aborted, commands ignored until end of transaction block
        + ERROR 1452 (23000): Cannot add or update a child row: a foreign key constraint fails
        + sqlalchemy.exc.IntegrityError: (psycopg2.errors.UniqueViolation) duplicate key value
        + Error: in prepare, near "slect": syntax error (1)
        - NOTICE:  relation "orders" already exists, skipping
        - Illegal division by zero at -e line 1.

        sql.down unavailable 82
        : sqlstate 57P01|57P02|57P03|53300|08004
        : code 57P01|57P02|57P03|53300
        : error # 08004
        : error 1040|1053|1203
        : ora 01033|01034|12518|12519|12520|12528|00018|00020
        : database system is starting|shutting|in
        : too many connections
        : too many clients
        : toomanyconnections
        : remaining connection slots
        : connection limit exceeded
        : cannotconnectnow
        : adminshutdown
        : server shutdown in progress
        : connection pool ... exhausted|full
        : pool exhausted
        > let it start, or open fewer connections
        + FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute
        + ERROR 1040 (08004): Too many connections
        - ERROR 1049 (42000): Unknown database 'shop'

        sql.lost connection 80
        : sqlstate 08000|08001|08003|08006|08007|08S01
        : sql state 08001|08006|08S01
        : sqlstate =HY000 2002|2003|2006|2013
        : code 08000|08001|08003|08006
        : error 2002|2003|2005|2006|2013|2055|1047|1158|1159|1160|1161|1184
        : ora 03113|03114|03135|12170|12541|12543|12545|12560|12571|01089
        : tns no listener
        : lost connection to mysql|server|backend
        : server has gone away
        : connection to server was lost
        : server closed the connection
        : terminating connection due to
        : connectiondoesnotexist|connectionfailure|sqlclientunabletoestablishsqlconnection
        : communications link failure
        : the server was not found or was not accessible
        : er_con_count_error
        : protocol_connection_lost
        : can't connect to ... server
        > see whether the server runs and can be reached
        + ERROR 2013 (HY000): Lost connection to MySQL server during query
        + com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure
        - ERROR 1064 (42000): You have an error in your SQL syntax

        sql.no_ssl connection 86 permanent
        : server does not support ssl but ssl was required
        : ssl connection is required
        : connections using insecure transport are prohibited
        + server does not support SSL, but SSL was required
        + ERROR 3159 (HY000): Connections using insecure transport are prohibited while --require_secure_transport=ON.
        - SSL connection established

        sql.timeout timeout 84
        : sqlstate 57014
        : statement ... due to statement|idle timeout
        : due to statement timeout
        : maximum statement execution time exceeded
        : error 3024|1969
        : ora 01013 timeout
        : execution timeout expired
        : querycanceled ... timeout
        : query timeout
        : queuepool limit
        : timeout ... connection from ... pool
        : timeout ... connection pool
        : unable to acquire|fetch a connection
        : connection is not available request timed out
        : max_statement_time exceeded
        ! due to user request
        ! lock timeout
        + ERROR:  canceling statement due to statement timeout
        + ERROR 3024 (HY000): Query execution was interrupted, maximum statement execution time exceeded
        - ERROR:  canceling statement due to user request

        sql.interrupted cancelled 80
        : query execution was interrupted $
        : error 1317 70100
        : ora 01013
        : statement due to user request
        : sqlite_interrupt
        ! maximum
        + ERROR 1317 (70100): Query execution was interrupted
        + ORA-01013: user requested cancel of current operation
        - ERROR 3024 (HY000): Query execution was interrupted, maximum statement execution time exceeded

        sql.exhausted resource_exhausted 85
        : sqlstate 53000|53100|53200|53400|54000
        : error 1021|1037|1038|1041|1114|1153
        : ora 04030|04031|01652|01653|01654|30036|00257|19809
        : msg 1105|9002|701|802|17053
        : out of shared memory
        : table ... is full
        : unable to extend table|temp|segment
        : could not resize shared memory segment
        : outofmemory|diskfull
        : got a packet bigger than
        : errcode 28
        : sqlite_full|sqlite_nomem
        : log_errno full
        : transaction log ... is full
        : undo tablespace ... full
        > free disk or memory, or raise the limit that the line names
        + ERROR:  out of shared memory
        + ERROR 1114 (HY000): The table 't' is full
        - table t holds 3 rows

        sql.quota quota_exhausted 84
        : has exceeded the ... resource
        : error 1226
        + ERROR 1226 (42000): User 'app' has exceeded the 'max_questions' resource (current value: 100)
        + User 'app' has exceeded the 'max_user_connections' resource (current value: 4)
        - user app has 3 resources

        sql.read_only permission 76
        : sqlstate 25006
        : code 25006
        : in a read only transaction
        : attempt to write a readonly database
        : read only option so it cannot execute
        : sqlite_readonly|sqlite_perm|sqlite_cantopen
        : can't write against a read only
        : readonlysqltransaction
        : error 1290|1792|1836
        : database is read only
        > write to the primary, or to a database that is not read-only
        + Error: in prepare, attempt to write a readonly database (8)
        + ERROR:  cannot execute INSERT in a read-only transaction
        - SET TRANSACTION READ ONLY

        sql.versions dependency_conflict 84
        : aborting because of server version mismatch
        : unsupported version ... in file header
        : database files are incompatible with server
        : was initialized by postgresql version
        + pg_dump: error: aborting because of server version mismatch
        + pg_restore: error: unsupported version (1.16) in file header
        - server version: 16.1; pg_dump version: 14.10
        """;
}
