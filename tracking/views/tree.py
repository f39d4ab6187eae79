from django.http import HttpResponse


def project_tasks(request, uid=None):
    return HttpResponse()


def add_task(request, uid=None):
    return HttpResponse()


def edit(request, uid=None):
    return HttpResponse()


def split(request, uid=None):
    return HttpResponse()
