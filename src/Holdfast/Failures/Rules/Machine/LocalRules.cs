namespace Holdfast.Failures;

/// <summary>
/// What the C library, shells, Windows, git, compilers and databases say in other languages than English, from their
/// translations. Weak enough (below <see cref="Text.LineJudge.LeastFarUp"/>) that a long log is never searched for it.
/// </summary>
internal static class LocalRules
{
    internal const string Text = """
        local.missing not_found 49
        : datei oder verzeichnis nicht gefunden
        : kommando|befehl|datei|modul|paket|seite nicht gefunden
        : kann|konnte|wurde ... nicht gefunden|finden
        : existiert nicht
        : kein git
        : aucun fichier ou dossier|répertoire
        : commande|fichier|page|module introuvable
        : est|spécifié|spécifiée introuvable
        : n'existe pas
        : n’existe pas
        : ni ceci ni aucun de ses répertoires parents
        : no existe el fichero|archivo|directorio
        : orden|comando|archivo|fichero|paquete no encontrado|encontrada
        : no existe la|el relación|base|archivo|rol
        : no puede encontrar el
        : no se reconoce como
        : file o directory non esistente
        : comando|modulo|pacchetto non trovato
        : arquivo ou diretório inexistente
        : comando|arquivo|pacote não encontrado
        : não|no encontrado|encontrada|encontrados
        : non trouvé|trouvée|trouvés|trouvées
        : não existe
        : nie ma takiego pliku
        : nie znaleziono polecenia
        : bestand of map bestaat niet
        : opdracht niet gevonden
        : böyle bir dosya
        : нет такого файла
        : команда|файл не найдена|найден
        : не существует
        : 没有那个文件或目录
        : 未找到命令|找不到命令|系统找不到指定的文件
        : そのようなファイルやディレクトリはありません
        : コマンドが見つかりません|指定されたファイルが見つかりません
        : 그런 파일이나
        : 명령을|명령어를 찾을 수
        : ist entweder falsch geschrieben
        : n'est|n’est pas reconnu en tant que
        > look at the name and at the folder it was run in
        + cat: geheim.txt: Datei oder Verzeichnis nicht gefunden
        + ls: impossible d'accéder à 'x': Aucun fichier ou dossier de ce type
        + bash: 没有那个文件或目录
        - 3 Dateien gefunden

        local.permission permission 49
        : keine berechtigung
        : zugriff verweigert
        : operation ist nicht erlaubt
        : vorgang nicht zulässig
        : permission|autorisation non accordée
        : opération non permise
        : accès refusé
        : permiso|acceso denegado
        : operación no permitida
        : permesso|accesso negato
        : operazione non permessa
        : permissão|acesso negada|negado
        : operação não permitida
        : brak dostępu
        : toegang geweigerd
        : erişim engellendi
        : отказано в доступе
        : операция не позволена
        : 权限不够|拒绝访问|不允许的操作
        : 許可がありません|アクセスが拒否されました|許可されていない操作です
        : 허가 거부
        : dateisystem ist nur lesbar
        : fichiers accessible en lecture seulement
        : ficheros de sólo lectura
        ! publickey
        > give the user of the job the right, or use another place
        + cat: /etc/shadow: Permission non accordée
        + Zugriff verweigert
        - Berechtigung erteilt

        local.refused connection 49
        : verbindungsaufbau abgelehnt
        : kommunikationspartner zurückgesetzt
        : keine route zum zielrechner
        : netzwerk ist nicht erreichbar
        : dienst ist nicht bekannt
        : fehler bei der namensauflösung
        : connexion refusée
        : connexion ré initialisée
        : réseau n'est pas accessible
        : nom ou service inconnu
        : temporaire dans la résolution du nom
        : conexión rehusada|rechazada|reinicializada
        : red es inaccesible
        : nombre o servicio desconocido
        : temporal en la resolución
        : connessione rifiutata
        : nome o servizio sconosciuto
        : conexão recusada
        : nome ou serviço desconhecido
        : temporária na resolução de nome
        : połączenie odrzucone
        : verbinding is geweigerd
        : bağlantı reddedildi
        : в соединении отказано
        : служба не известны
        : 拒绝连接|连接被拒绝|连接被对方重置|连接被对方重设|没有到主机的路由
        : 接続を拒否されました
        : 연결이 거부됨
        + java.net.ConnectException: Connexion refusée
        + curl: (7) Verbindungsaufbau abgelehnt
        - Verbindung hergestellt

        local.timeout timeout 49
        : wartezeit für die verbindung ist abgelaufen
        : zeitüberschreitung
        : connexion terminée par expiration
        : délai d'attente dépassé|expiré
        : expiró el tiempo
        : tiempo de espera agotado
        : connessione scaduta
        : tempo esgotado
        : истекло время|ожидания
        : ожидания соединения истекло
        : 连接超时|操作超时
        : 接続がタイムアウトしました
        + ssh: connect to host a port 22: Expiró el tiempo de conexión
        + Zeitüberschreitung bei der Anfrage
        - die Zeit läuft

        local.contention resource_contention 49
        : adresse wird bereits verwendet
        : ressource ist belegt
        : von einem anderen prozess verwendet
        : adresse déjà utilisée
        : périphérique ou ressource occupé
        : utilisé par un autre processus
        : dirección ya se está usando
        : dispositivo o recurso ocupado
        : siendo utilizado por otro proceso
        : indirizzo già in uso
        : endereço já em uso
        : адрес уже используется
        : 地址已在使用|地址已被使用
        : アドレスは既に使用中です
        + OSError: [Errno 98] Die Adresse wird bereits verwendet
        + umount: /mnt: Périphérique ou ressource occupé
        - die Adresse wird geprüft

        local.exhausted resource_exhausted 49
        : kein speicherplatz mehr verfügbar
        : nicht genügend hauptspeicher
        : zu viele offene dateien
        : aucun espace disponible
        : trop de fichiers ouverts
        : allouer de la mémoire
        : no queda espacio
        : demasiados ficheros|archivos abiertos
        : pudo asignar memoria
        : spazio esaurito
        : não há espaço
        : brak miejsca
        : onvoldoende ruimte
        : недостаточно места
        : не осталось свободного места
        : 设备上没有空间|无法分配内存
        : デバイスに空き領域がありません|メモリを確保できません
        + cp: Fehler beim Schreiben von 'x': Auf dem Gerät ist kein Speicherplatz mehr verfügbar
        + cp: erreur d'écriture de 'x': Aucun espace disponible sur le périphérique
        - 4 Dateien offen

        local.auth auth 49
        : authentifizierung ... fehlgeschlagen
        : anmeldung fehlgeschlagen
        : authentification ... échouée|échoué
        : échec de l'authentification
        : autentificación ... falló|fallida
        : autenticación ... falló|fallida
        : autenticazione fallita|non
        : autenticação falhou|falha
        : 身份验证失败|认证失败
        + FATAL:  Passwort-Authentifizierung für Benutzer »app« fehlgeschlagen
        + FATAL:  authentification par mot de passe échouée pour l'utilisateur « app »
        - Anmeldung erfolgreich

        local.build build_failure 49
        : fehler|erreur|errore|erro|ошибка =CS*|=BC*|=FS*|=C2*|=LNK*|=TS*
        : fehler beim buildvorgang
        : échec de la build|génération
        : error de compilación
        : erreur de compilation
        : übersetzungsfehler|kompilierungsfehler
        + Program.cs(12,13): Fehler CS0103: Der Name "foo" ist im aktuellen Kontext nicht vorhanden.
        + Fehler beim Buildvorgang.
        - 0 Fehler
        """;
}
